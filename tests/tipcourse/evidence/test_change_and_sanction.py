"""Changes stay inside one basket; the chain of sanction is a product."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tipcourse import data
from tipcourse.errors import OutOfRange, UnknownName
from tipcourse.evidence.change import DifferentBaskets, change, percent_change, ratio_interval, yearly_count
from tipcourse.evidence.sanction import chain, offences_after, with_step

COUNTS = data.load("enforcement_counts")
shares = st.floats(0.01, 1)


def test_the_fall_in_the_interview_is_15_percent():
    found = change(yearly_count(COUNTS, "tip-2017", 2015), yearly_count(COUNTS, "tip-2017", 2016))
    assert found.difference == -320
    assert found.percent == pytest.approx(-15.4143, abs=1e-4)


@pytest.mark.parametrize(
    ("basket", "measure", "first", "last", "percent"),
    [
        ("court-narrow", "convicted", 2010, 2015, -62.49),
        ("court-narrow", "cases concluded", 2010, 2015, -55.55),
        ("police-filed", "cases filed", 2011, 2020, -78.1),
    ],
)
def test_the_falls_that_the_sources_print_come_out(basket, measure, first, last, percent):
    found = change(yearly_count(COUNTS, basket, first, measure), yearly_count(COUNTS, basket, last, measure))
    assert found.percent == pytest.approx(percent, abs=0.03)


def test_two_baskets_are_refused_by_name():
    with pytest.raises(DifferentBaskets, match=r"court-narrow.*tip-2017"):
        change(yearly_count(COUNTS, "court-narrow", 2015), yearly_count(COUNTS, "tip-2017", 2016))


def test_a_missing_year_is_not_a_zero():
    with pytest.raises(UnknownName, match="2015, 2016"):
        yearly_count(COUNTS, "tip-2017", 2017)
    with pytest.raises(UnknownName, match="Did you mean tip-20"):
        yearly_count(COUNTS, "tip2017", 2016)


@given(st.floats(1, 1e6), st.floats(0.5, 2))
@settings(derandomize=True)
def test_a_change_and_its_reverse_multiply_to_one(before, ratio):
    there, back = percent_change(before, before * ratio), percent_change(before * ratio, before)
    assert (1 + there / 100) * (1 + back / 100) == pytest.approx(1)


def test_counting_noise_does_not_explain_the_fall():
    low, high = ratio_interval(2076, 1756)
    assert (low, high) == (pytest.approx(0.7938, abs=1e-4), pytest.approx(0.9014, abs=1e-4))
    assert ratio_interval(20, 17)[1] > 1


@pytest.mark.parametrize("call", [lambda: percent_change(0, 5), lambda: ratio_interval(3, 0)])
def test_a_change_from_nothing_is_refused(call):
    with pytest.raises(OutOfRange):
        call()


@given(shares, shares, shares, st.floats(0, 30))
@settings(derandomize=True)
def test_the_chance_is_never_above_its_weakest_step(caught, charged, convicted, years):
    made = chain({"caught": caught, "charged": charged, "convicted": convicted}, years)
    assert 0 < made.chance <= min(caught, charged, convicted) + 1e-12
    assert made.expected_years == pytest.approx(made.chance * years)


@given(shares, shares)
@settings(derandomize=True)
def test_doubling_any_step_doubles_the_chance(caught, convicted):
    made = chain({"caught": caught / 2, "convicted": convicted / 2}, 5)
    for step in ("caught", "convicted"):
        doubled = with_step(made, step, 2 * dict(made.steps)[step])
        assert doubled.chance == pytest.approx(2 * made.chance)


def test_a_step_must_exist_and_be_a_share():
    made = chain({"caught": 0.1}, 5)
    with pytest.raises(UnknownName, match="Did you mean caught"):
        with_step(made, "caugth", 0.2)
    with pytest.raises(OutOfRange, match="caught"):
        with_step(made, "caught", 1.2)
    with pytest.raises(OutOfRange, match="years"):
        chain({"caught": 0.1}, -1)


def test_offences_fall_by_the_elasticity():
    assert offences_after(1, 1, -0.5, -0.1) == 1
    assert offences_after(1.01, 1, -0.5, -0.1) == pytest.approx(0.995, abs=1e-4)
    with pytest.raises(OutOfRange):
        offences_after(1, 1, 0.5, 0)
    with pytest.raises(OutOfRange):
        offences_after(0, 1, -0.5, 0)
