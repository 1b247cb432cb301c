"""Law by the day: offences, the lighter later law, treaties, plans - each on the edges of its days."""

import datetime as dt
from itertools import product
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from tipcourse import data
from tipcourse.errors import OutsideTheRule, UnknownName
from tipcourse.law import (
    Case,
    case,
    covers,
    every_offence,
    governing_law,
    in_force_for,
    obligation,
    obligations,
    prc_offences,
    protected_by_240,
)  # fmt: skip
from tipcourse.law.offences import BANDS, offence_rules, severity
from tipcourse.law.treaties import STATUSES, treaties

DAYS = yaml.safe_load((Path(__file__).parent / "cases" / "days.yaml").read_text(encoding="utf-8"))
ARTICLES = {"buyer": "241", "prostitution": "358", "labour": "244(1)"}
GOVERNING = [(ARTICLES[kind], row) for kind in ARTICLES for row in DAYS[kind]]
days = st.dates(dt.date(1997, 10, 1), dt.date(2026, 12, 31))


@pytest.mark.parametrize(("article", "row"), GOVERNING, ids=[row["why"] for _, row in GOVERNING])
def test_which_text_governs(article, row):
    answer, because = governing_law(article, row["act"], row["tried"], row.get("band", "ordinary"))
    assert answer.since == row["version"], because


@given(days, days)
def test_the_governing_text_is_never_heavier_than_that_of_the_act(one, other):
    act, tried = sorted([one, other])
    for article, band in product(ARTICLES.values(), BANDS):
        answer, _ = governing_law(article, act, tried, band)
        assert severity(answer, band) <= severity(offence_rules()[article].on(act), band)


def test_art_241_lost_its_mercy_and_kept_its_penalty():
    old, new = (offence_rules()["241"].on(day).value for day in (dt.date(2015, 10, 31), dt.date(2015, 11, 1)))
    assert (old["may_go_free"], new["may_go_free"]) == (True, False)
    assert old["years"] == new["years"]


def test_art_240_is_five_to_ten_years():
    assert offence_rules()["240"].on(dt.date(2017, 7, 10)).value["years"] == {"least": 5, "most": 10, "worst": "death"}


def test_helping_forced_labour_became_a_crime_on_1_may_2011():
    before, after = (prc_offences(case("C02"), on=day) for day in (dt.date(2011, 4, 30), dt.date(2011, 5, 1)))
    assert [o.article for o in before] == []
    assert [o.article for o in after] == ["244(2)"]


def test_old_art_244_asks_for_an_employing_unit_and_serious_circumstances():
    found = {o.article: o for o in every_offence(case("C01"), on=dt.date(2011, 4, 30))}["244(1)"]
    assert {f.element: f.met for f in found.findings} == {
        "offender": None, "means": True, "labour": True, "serious circumstances": None,
    }  # fmt: skip
    assert found.met is None


@pytest.mark.parametrize(
    ("age", "sex", "expected"),
    [(13, "male", True), (14, "male", False), (14, "female", True), (17, "male", False), (40, "female", True),
     (40, "male", False), (10, None, True), (14, None, None), (None, "female", True), (None, "male", None)],
)  # fmt: skip
def test_whom_art_240_protects(age, sex, expected):
    assert protected_by_240(Case(age_years=age, sex=sex)).met is expected


def test_before_the_code_there_is_no_answer():
    with pytest.raises(OutsideTheRule, match="1997-10-01"):
        prc_offences(case("C01"), on=dt.date(1997, 9, 30))
    with pytest.raises(OutsideTheRule, match="on=datetime"):
        prc_offences(Case())
    with pytest.raises(OutsideTheRule, match="other way round"):
        governing_law("241", dt.date(2016, 1, 1), dt.date(2015, 1, 1))
    with pytest.raises(UnknownName, match="ordinary, heaviest"):
        governing_law("241", dt.date(2015, 1, 1), dt.date(2016, 1, 1), "heavy")
    with pytest.raises(UnknownName, match="241"):
        governing_law("214", dt.date(2016, 1, 1), dt.date(2016, 1, 1))
    with pytest.raises(OutsideTheRule, match="first answered on 2006-06-29"):
        governing_law("262-1", dt.date(2006, 6, 28), dt.date(2010, 1, 1))


@given(days)
def test_offences_of_a_day_are_those_already_in_force(day):
    for offence in every_offence(case("C01"), on=day):
        assert offence.since <= day
        assert offence.cite and offence.chinese


@pytest.mark.parametrize("row", DAYS["treaties"], ids=[row["why"] for row in DAYS["treaties"]])
def test_obligation(row):
    assert obligation(row["treaty"], row["state"], row["day"]).status == row["status"]


@given(st.dates(dt.date(2001, 1, 1), dt.date(2026, 12, 31)), st.sampled_from(["CHN", "USA"]))
def test_obligations_never_step_back(day, state):
    """Whoever is bound stays bound, and nobody is bound before the deposit."""
    for duty in obligations(state, day):
        assert duty.status in STATUSES
        begins = in_force_for(duty.treaty, state)
        assert (duty.status == "in force") == (begins is not None and begins <= day)
        if begins:
            assert treaties()[duty.treaty]["parties"][state]["deposited"] <= begins


def test_treaty_questions_without_answer():
    with pytest.raises(OutsideTheRule, match="nothing to join"):
        obligation("palermo", "CHN", dt.date(1999, 1, 1))
    with pytest.raises(UnknownName, match="palermo"):
        obligation("Palermo", "CHN", dt.date(2020, 1, 1))
    with pytest.raises(UnknownName, match="CHN"):
        obligations("CHA", dt.date(2020, 1, 1))


@pytest.mark.parametrize("row", DAYS["plans"], ids=[row["why"] for row in DAYS["plans"]])
def test_whom_a_plan_covers(row):
    for group in ("women", "children", "men"):
        assert covers(group, row["day"], row["place"]) is row[group]


@pytest.mark.parametrize("day", DAYS["no_plan"], ids=str)
def test_between_plans_there_is_no_answer(day):
    with pytest.raises(OutsideTheRule, match="no issued plan"):
        covers("men", day)


def test_plan_names_suggest():
    with pytest.raises(UnknownName, match="Yunnan"):
        covers("men", dt.date(2009, 1, 1), "Yunan")
    with pytest.raises(UnknownName, match="men"):
        covers("man", dt.date(2009, 1, 1))


def test_the_timeline_agrees_with_the_rules():
    """The table is for drawing; the rules are for answering. They may not drift apart."""
    table = data.load("law_timeline")
    in_force = {
        (row.name_, row.day) for row in table.rename(columns={"name": "name_"}).itertuples() if row.stage == "in force"
    }
    assert ("Palermo Protocol", in_force_for("palermo", "CHN")) in in_force
    for short, name in {"C29": "ILO C29", "CEDAW": "CEDAW", "CRC": "CRC", "CAT": "CAT", "UNTOC": "UNTOC"}.items():
        assert (name, in_force_for(short, "CHN")) in in_force
    for amendment, article in {"Amendment IX": "241", "Amendment VIII": "244(1)"}.items():
        assert (amendment, offence_rules()[article].answers[-1].since) in in_force


def test_another_day_in_print_stands_where_the_day_in_force_stands():
    table = data.load("law_timeline")
    told = table[table["confidence"].str.contains(r"\bprint", regex=True)]
    assert set(zip(told["name"], told["stage"], strict=True)) == {
        ("CEDAW", "in force"), ("CRC", "in force"), ("Refugee Protocol", "in force"),
    }  # fmt: skip


def test_the_glossary_has_each_term_once_with_a_basis():
    table = data.load("glossary")
    assert len(table) == 57
    assert table["basis"].notna().all()
    assert table["chinese"].is_unique
