import datetime as dt
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from tipcourse import errors
from tipcourse.dated import load_rules
from tipcourse.errors import OutOfRange, OutsideTheRule
from tipcourse.hukou import City, Person, city_class, settlement_policy
from tipcourse.hukou.settlement import WORDING

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "settlement.yaml").read_text(encoding="utf-8"))
PERSONS = st.builds(
    Person,
    lawful_home=st.none() | st.booleans(),
    lawful_job=st.none() | st.booleans(),
    insurance_years=st.none() | st.floats(0, 40),
)
DAYS = st.dates(dt.date(2014, 7, 24), dt.date(2026, 11, 21))
SIZES = st.floats(0.01, 40)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_case(case):
    city, person = City(**case["city"]), Person(**case.get("person", {}))
    if "raises" in case:
        with pytest.raises(getattr(errors, case["raises"])):
            settlement_policy(city, person, case["day"])
        return
    policy = settlement_policy(city, person, case["day"])
    assert policy.access == case["access"], case["why"]
    assert [finding.met for finding in policy.findings] == case["met"], case["why"]
    assert case.get("says", "") in policy.because


@settings(derandomize=True, deadline=None)
@given(SIZES, PERSONS, DAYS)
def test_every_answer_is_cited_reasoned_and_never_a_right(size, person, day):
    policy = settlement_policy(City(size), person, day)
    assert policy.access in {"open", "conditions", "points"}
    assert policy.cite and policy.because and policy.confidence
    assert "not a right" in policy.never_a_right
    assert all(finding.because for finding in policy.findings)


@settings(derandomize=True, deadline=None)
@given(SIZES, DAYS)
def test_nothing_known_about_the_person_finds_nothing_met_or_unmet(size, day):
    assert all(finding.met is None for finding in settlement_policy(City(size), Person(), day).findings)


@settings(derandomize=True, deadline=None)
@given(SIZES, SIZES, DAYS)
def test_a_larger_city_is_never_more_open(one, other, day):
    order = ["open", "conditions", "points"]
    small, large = sorted([one, other])
    rank = [order.index(settlement_policy(City(size), Person(), day).access) for size in (small, large)]
    assert rank[0] <= rank[1]


@settings(derandomize=True, deadline=None)
@given(SIZES, DAYS, st.floats(0, 40), st.floats(0, 40))
def test_more_insurance_never_turns_a_yes_into_a_no(size, day, one, other):
    rank = {False: 0, None: 1, True: 2}
    fewer, more = sorted([one, other])

    def met(years):
        findings = settlement_policy(City(size), Person(insurance_years=years), day).findings
        return [rank[f.met] for f in findings if f.element == WORDING["insurance"]]

    assert all(a <= b for a, b in zip(met(fewer), met(more), strict=True))


@settings(derandomize=True)
@given(st.dates(dt.date(1951, 1, 1), dt.date(2014, 7, 23)))
def test_no_answer_before_the_first_guidance(day):
    with pytest.raises(OutsideTheRule, match="2014-07-24"):
        settlement_policy(City(1), Person(), day)


def test_every_band_list_starts_at_nothing_and_rises():
    for answer in load_rules("tipcourse.hukou", "rules/settlement.yaml")["settlement"].answers:
        starts = [band["from_million"] for band in answer.value]
        assert starts[0] == 0 and starts == sorted(set(starts))
        assert answer.cite and answer.confidence


@pytest.mark.parametrize(
    ("million", "name"),
    [(0.49, "small"), (0.5, "medium"), (1, "large II"), (3, "large I"), (5, "very large"), (10, "super-large")],
)
def test_city_class_at_its_border(million, name):
    assert city_class(million) == name


@pytest.mark.parametrize("size", [0, -1, 1_500_000])
def test_a_size_that_is_not_in_million_is_refused(size):
    with pytest.raises(OutOfRange, match="million"):
        City(size)


def test_negative_insurance_is_refused():
    with pytest.raises(OutOfRange, match="insurance_years"):
        Person(insurance_years=-1)
