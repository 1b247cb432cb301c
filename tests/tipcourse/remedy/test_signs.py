"""The eleven indicators are signs: sorted, never added up."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tipcourse.errors import UnknownName
from tipcourse.remedy.signs import all_signs, look

NAMES = all_signs()["sign"].tolist()


def test_there_are_eleven():
    assert len(NAMES) == 11


def test_two_signs_of_bad_conditions_leave_both_parts_of_the_test_to_ask():
    seen = look({"excessive overtime": True, "abusive working and living conditions": True})
    assert seen.still_to_ask == ("menace", "offer")


def test_one_sign_can_bear_on_both_parts():
    seen = look({"retention of identity documents": True})
    assert seen.still_to_ask == ()
    assert seen.bears_on["menace"] == ("retention of identity documents",)


@settings(derandomize=True, max_examples=100)
@given(st.dictionaries(st.sampled_from(NAMES), st.sampled_from([True, False, None])))
def test_every_sign_is_in_exactly_one_pile(observed):
    seen = look(observed)
    assert sorted([*seen.seen, *seen.not_seen, *seen.not_looked_for]) == sorted(NAMES)


def test_not_looked_for_is_not_the_same_as_not_seen():
    seen = look({"deception": False})
    assert seen.not_seen == ("deception",)
    assert "isolation" in seen.not_looked_for


def test_a_sign_that_is_not_one_of_the_eleven():
    with pytest.raises(UnknownName, match="debt bondage"):
        look({"debt bond": True})
