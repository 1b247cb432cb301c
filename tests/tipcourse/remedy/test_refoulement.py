"""May a person be sent back? Lawyers' cases, and what must hold for any facts."""

from itertools import product
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from tipcourse.errors import OutOfRange, UnknownName
from tipcourse.remedy.refoulement import may_not_return, questions, screening, treaties_needed

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "refoulement.yaml").read_text(encoding="utf-8"))
BOTH = ["refugees_protocol", "CAT"]
facts = st.fixed_dictionaries({name: st.sampled_from([True, False, None]) for name in questions()})
shares = st.floats(min_value=0, max_value=1)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_case(case):
    ruling = may_not_return(case["facts"], case["in_force"])
    assert ruling.barred is case["barred"], f"{case['why']}: {ruling.because}"
    assert list(ruling.still_ask) == case["still_ask"]


@settings(derandomize=True, max_examples=100)
@given(facts)
def test_the_answer_is_known_exactly_when_every_way_of_filling_the_gaps_agrees(known):
    unknown = [fact for fact, answer in known.items() if answer is None]
    worlds = [
        {**known, **dict(zip(unknown, filled, strict=True))} for filled in product((True, False), repeat=len(unknown))
    ]
    outcomes = {may_not_return(world, BOTH).barred for world in worlds}
    ruling = may_not_return(known, BOTH)
    assert (ruling.barred is not None) == (len(outcomes) == 1)
    assert bool(ruling.still_ask) == (len(outcomes) == 2)


@settings(derandomize=True, max_examples=50)
@given(facts, st.booleans())
def test_why_somebody_left_changes_nothing(known, left_for_work):
    plain = may_not_return(known, BOTH)
    told = may_not_return({**known, "left_for_work": left_for_work}, BOTH)
    assert told.barred is plain.barred
    assert told.still_ask == plain.still_ask
    assert "left_for_work" in told.set_aside


@settings(derandomize=True, max_examples=50)
@given(facts)
def test_another_treaty_in_force_never_takes_protection_away(known):
    if may_not_return(known, ["refugees_protocol"]).barred:
        assert may_not_return(known, BOTH).barred


def test_treaties_are_a_list_of_names():
    assert set(treaties_needed()) == set(BOTH)
    with pytest.raises(UnknownName, match="Give a list"):
        may_not_return({}, "CAT")
    with pytest.raises(UnknownName, match="torture_danger"):
        may_not_return({"torture": True}, BOTH)


@settings(derandomize=True, max_examples=100)
@given(st.floats(min_value=0, max_value=1e6), shares, shares, shares)
def test_nobody_appears_and_nobody_vanishes(people, danger, recognised, kept):
    groups = screening(people, danger, recognised, kept)
    counts = [groups.returned_into_danger, groups.protected, groups.kept_without_danger, groups.returned_safely]
    assert sum(counts) == pytest.approx(people, abs=1e-6)
    assert min(counts) >= 0


def test_when_nobody_asks_everyone_in_danger_is_returned():
    assert screening(1000, 0.3, 0).returned_into_danger == 300
    assert screening(1000, 0.3, 1).returned_into_danger == 0


def test_a_share_outside_its_range_is_refused():
    with pytest.raises(OutOfRange, match="between 0 and 1"):
        screening(100, 1.2, 0.5)
    with pytest.raises(OutOfRange, match="0 or more"):
        screening(-1, 0.2, 0.5)


def test_the_treaties_are_those_of_the_law_model():
    from tipcourse.law.treaties import in_force_for

    assert [str(in_force_for(name, "CHN")) for name in treaties_needed()] == ["1982-09-24", "1988-11-03"]
