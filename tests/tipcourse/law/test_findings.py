"""Three-valued logic: an unknown is never rounded to no, and never to yes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tipcourse.findings import Finding, all_met, any_met
from tipcourse.law.verdict import open_or_missing

answers = st.lists(st.sampled_from([True, False, None]), max_size=6)


@pytest.mark.parametrize(
    ("given_answers", "expected"),
    [([True, True], True), ([True, None], None), ([None, False], False), ([], True), ([None], None)],
    ids=["all yes", "one not known", "one no settles it", "nothing asked", "only an unknown"],
)
def test_all_met(given_answers, expected):
    assert all_met(given_answers) is expected


@given(answers)
def test_settling_an_unknown_never_contradicts_what_was_sure(some):
    for settle in (True, False):
        settled = [settle if answer is None else answer for answer in some]
        for logic in (all_met, any_met):
            assert logic(some) in (None, logic(settled))


@given(answers)
def test_any_is_all_turned_round(some):
    turned = all_met([None if answer is None else not answer for answer in some])
    assert any_met(some) is (None if turned is None else not turned)


@given(answers, st.randoms(use_true_random=False))
def test_order_does_not_matter(some, random):
    mixed = random.sample(some, len(some))
    assert all_met(mixed) is all_met(some)
    assert any_met(mixed) is any_met(some)


def test_the_deciding_element_is_named():
    findings = [Finding("act", True, ""), Finding("means", False, ""), Finding("purpose", None, "")]
    assert open_or_missing(findings) == "Missing: means."
    assert open_or_missing(findings[:1]) == "Every element is there."
