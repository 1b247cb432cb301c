"""Intervals agree with reference values and cover as often as they promise."""

from pathlib import Path

import numpy as np
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from tipcourse.errors import OutOfRange
from tipcourse.evidence.intervals import clopper_pearson, coverage, wald, wilson

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "intervals.yaml").read_text(encoding="utf-8"))
METHODS = {"wald": wald, "wilson": wilson, "clopper_pearson": clopper_pearson}


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("case", CASES, ids=lambda c: f"{c['cases']} of {c['total']}")
def test_intervals_agree_with_the_reference(case, method):
    found = METHODS[method](case["cases"], case["total"])
    assert [found.low, found.high] == pytest.approx(case[method], abs=1.5e-5)


@given(st.integers(1, 200), st.data())
@settings(derandomize=True, deadline=None)
def test_wilson_and_clopper_pearson_stay_inside_and_hold_the_share(total, more):
    cases = more.draw(st.integers(0, total))
    for method in (wilson, clopper_pearson):
        found, mirror = method(cases, total), method(total - cases, total)
        assert 0 <= found.low <= found.share + 1e-9 and found.share - 1e-9 <= found.high <= 1
        assert found.low == pytest.approx(1 - mirror.high, abs=1e-9)


@pytest.mark.parametrize("share", [0.02, 0.05, 0.2, 0.5, 0.9])
def test_clopper_pearson_never_covers_too_rarely(share):
    assert coverage(clopper_pearson, 60, share) >= 0.95


def test_coverage_for_three_of_sixty():
    """Exact, by summing over all outcomes: Wald 0.806, Wilson 0.970, Clopper-Pearson 0.990."""
    found = [coverage(method, 60, 0.05) for method in METHODS.values()]
    assert found == pytest.approx([0.8056, 0.9703, 0.9902], abs=1e-4)


def test_exact_coverage_agrees_with_simulation():
    rng = np.random.default_rng(5)
    drawn = [wilson(int(x), 60) for x in rng.binomial(60, 0.1, 4000)]
    share = np.mean([it.low <= 0.1 <= it.high for it in drawn])
    assert share == pytest.approx(coverage(wilson, 60, 0.1), abs=3 * np.sqrt(0.05 * 0.95 / 4000))


@pytest.mark.parametrize("numbers", [(5, 3), (-1, 10), (0, 0)])
def test_impossible_counts_are_refused(numbers):
    with pytest.raises(OutOfRange, match="lie between"):
        wilson(*numbers)


def test_a_certain_share_is_covered():
    assert coverage(wilson, 20, 0.0) == pytest.approx(1)
    with pytest.raises(OutOfRange):
        coverage(wilson, 20, 1.5)
    with pytest.raises(OutOfRange):
        wilson(3, 60, level=95)
