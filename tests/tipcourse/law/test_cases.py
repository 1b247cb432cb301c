"""The 30 teaching cases through every regime, with reasons; their readings; and what a Case refuses."""

import datetime as dt
from pathlib import Path

import pytest
import yaml

from tipcourse.errors import OutOfRange, UnknownName
from tipcourse.law import (
    Case,
    case,
    cases,
    forced_labour_c29,
    palermo,
    prc_offences,
    regime_table,
    severe_form,
    simple_case,
)  # fmt: skip

EXPECTED = yaml.safe_load((Path(__file__).parent / "cases" / "findings.yaml").read_text(encoding="utf-8"))
REGIMES = {"palermo": palermo, "severe_form": severe_form, "c29": forced_labour_c29}
OPEN = {True: True, False: False, "open": None}


def test_there_are_thirty_and_each_has_expected_findings():
    assert len(cases()) == 30
    assert set(EXPECTED) == set(cases())
    assert sum(c.contestable for c in cases().values()) == 15


@pytest.mark.parametrize("regime", REGIMES)
@pytest.mark.parametrize("name", EXPECTED)
def test_verdict(name, regime):
    verdict = REGIMES[regime](case(name))
    assert verdict.met is OPEN[EXPECTED[name][regime]], f"{EXPECTED[name]['why']}\n{verdict}"
    found = {finding.element: finding.met for finding in verdict.findings}
    for element, met in EXPECTED[name].get("elements", {}).get(regime, {}).items():
        assert found[element] is OPEN[met], str(verdict)


@pytest.mark.parametrize("name", EXPECTED)
def test_offences_on_the_day_of_the_case(name):
    found = {offence.article: offence.met for offence in prc_offences(case(name))}
    assert found == {article: OPEN[met] for article, met in EXPECTED[name]["offences"].items()}, EXPECTED[name]["why"]


@pytest.mark.parametrize("name", [name for name in EXPECTED if "readings" in EXPECTED[name]])
def test_readings_settle_what_is_open(name):
    assert {reading.name for reading in case(name).readings} == set(EXPECTED[name]["readings"])
    for reading, expected in EXPECTED[name]["readings"].items():
        settled = case(name).read(reading)
        for regime, met in expected.items():
            assert REGIMES[regime](settled).met is OPEN[met], f"{name} {reading}"
        assert all(not word.endswith("?") for kind in ("acts", "purposes") for word in getattr(settled, kind))


def test_the_two_readings_of_a_contestable_case_differ_somewhere():
    for contested in (c for c in cases().values() if c.contestable):
        outcomes = set()
        for reading in contested.readings:
            settled = contested.read(reading.name)
            verdicts = tuple(regime(settled).met for regime in REGIMES.values())
            outcomes.add((verdicts, tuple(o.article for o in prc_offences(settled))))
        assert len(outcomes) == 2, contested.name


def test_a_clear_case_leaves_no_treaty_question_open():
    for clear in (c for c in cases().values() if not c.contestable):
        assert None not in [regime(clear).met for regime in REGIMES.values()], clear.name


def test_every_reason_is_a_sentence():
    for each in cases().values():
        for regime in REGIMES.values():
            verdict = regime(each)
            assert all(finding.because.endswith(".") for finding in verdict.findings)
            assert verdict.cite in str(verdict)


def test_nothing_known_gives_nothing_known():
    for regime in REGIMES.values():
        assert regime(Case()).met is None
    offences = prc_offences(Case(), on=dt.date(2020, 1, 1))
    assert {offence.met for offence in offences} == {None}


@pytest.mark.parametrize("age", [14, 17, 18, 40], ids=["14", "17", "18", "40"])
def test_consent_never_changes_a_verdict(age):
    facts = {
        "acts": ("recruitment",),
        "means": ("deception",),
        "purposes": ("forced labour or services",),
        "age_years": age,
    }
    assert {palermo(Case(consented=said, **facts)).met for said in (True, False, None)} == {True}


def test_a_child_needs_no_means_and_the_day_of_eighteen_counts():
    facts = {"acts": ("recruitment",), "means": (), "purposes": ("prostitution of others",)}
    assert palermo(Case(age_years=17, **facts)).met is True
    assert palermo(Case(age_years=18, **facts)).met is False
    assert palermo(Case(age_years=None, **facts)).met is None
    assert severe_form(Case(age_years=17, **facts)).met is True
    assert severe_form(Case(age_years=17, **(facts | {"purposes": ("forced labour or services",)}))).met is False


@pytest.mark.parametrize(
    ("facts", "error", "says"),
    [
        ({"acts": ["recruting"]}, UnknownName, "recruitment"),
        ({"means": "force"}, UnknownName, "list of words"),
        ({"sex": "woman"}, UnknownName, "female"),
        ({"age_years": 200}, OutOfRange, "0 to 120"),
    ],
    ids=["a misspelt act", "one text in place of a list", "an unknown sex", "an impossible age"],
)
def test_a_case_refuses(facts, error, says):
    with pytest.raises(error, match=says):
        Case(**facts)


def test_unknown_names_suggest():
    with pytest.raises(UnknownName, match="C01"):
        case("C1")
    with pytest.raises(UnknownName, match="narrow, wide"):
        case("C04").read("broad")
    with pytest.raises(UnknownName, match="it is clear"):
        case("C01").read("wide")


def test_what_the_lesson_says_about_the_clear_cases():
    """Nine of 15 are trafficking under Palermo, arts 240-241 reach none of them, some article reaches each."""
    table = regime_table(c for c in cases().values() if not c.contestable)
    reached = table[table["palermo"] == True]  # noqa: E712 - the cells hold True, False or None
    assert (len(table), len(reached)) == (15, 9)
    assert list(reached["art_240_241"]) == [False] * 9
    assert list(reached["any_offence"]) == [True] * 9


@pytest.mark.parametrize(
    ("age", "sex", "means", "articles"),
    [
        (16, "male", "deception", []),
        (13, "male", "deception", ["240", "241"]),
        (16, "female", "deception", ["240", "241"]),
        (16, "male", "threat", ["244(1)"]),
    ],
    ids=["nothing reaches it", "younger", "a girl", "threatened"],
)
def test_the_answer_to_the_live_picture(age, sex, means, articles):
    case_ = simple_case(age, sex, "transfer", means, "forced labour or services", True, dt.date(2017, 7, 10))
    assert palermo(case_).met is True
    assert [offence.article for offence in prc_offences(case_)] == articles
