"""The same settings and seed give the same numbers; other seeds show how far one run can miss."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tipcourse import hukou
from tipcourse.brief import record, repeat, replay
from tipcourse.brief.runs import sum_up, t_point
from tipcourse.errors import OutOfRange, ShapeError


def coin(throws, chance, rng):
    return {"share": rng.binomial(throws, chance) / throws}


def plain(start, growth):
    return {"end": start * growth}


@settings(derandomize=True, max_examples=50)
@given(st.integers(1, 1000), st.floats(0, 1), st.integers(0, 2**32 - 1))
def test_a_record_can_always_be_replayed(throws, chance, seed):
    kept = record(coin, {"throws": throws, "chance": chance}, seed)
    assert replay(kept, coin).same and replay(kept, coin).differences == {"share": 0.0}


def test_a_model_without_chance_needs_no_seed():
    kept = record(plain, {"start": 2, "growth": 3})
    assert kept.seed is None and kept.results == {"end": 6.0} and replay(kept, plain).same


def test_another_model_is_seen():
    kept = record(plain, {"start": 2, "growth": 3})
    assert replay(kept, lambda start, growth: {"end": start + growth}).differences == {"end": -1.0}
    with pytest.raises(ShapeError, match="finish"):
        replay(kept, lambda start, growth: {"finish": 6})


def test_a_model_that_ignores_its_rng_is_caught_by_replaying():
    def careless(throws, chance, rng):
        return {"share": np.random.default_rng().random()}

    assert not replay(record(careless, {"throws": 5, "chance": 0.5}, 1), careless).same


def test_a_fingerprint_follows_content_and_not_order():
    one = record(plain, {"start": 2, "growth": 3})
    other = record(plain, {"growth": 3, "start": 2})
    assert one.fingerprint == other.fingerprint and len(one.fingerprint) == 12
    assert one.fingerprint != record(plain, {"start": 2, "growth": 4}).fingerprint
    assert (
        record(coin, {"throws": 9, "chance": 0.5}, 1).fingerprint
        != record(coin, {"throws": 9, "chance": 0.5}, 2).fingerprint
    )


@settings(derandomize=True, max_examples=30)
@given(st.lists(st.integers(0, 10**6), min_size=2, max_size=40, unique=True))
def test_a_summary_lies_within_its_runs_and_does_not_depend_on_their_order(seeds):
    setting = {"throws": 50, "chance": 0.3}
    told = repeat(coin, setting, seeds)["share"]
    again = repeat(coin, setting, reversed(seeds))["share"]
    values = [record(coin, setting, seed).results["share"] for seed in seeds]
    assert min(values) - 1e-12 <= told.mean <= max(values) + 1e-12
    assert told.standard_error == pytest.approx(told.standard_deviation / math.sqrt(len(seeds)))
    assert told.low <= told.mean <= told.high and again.mean == pytest.approx(told.mean)


@pytest.mark.parametrize("seeds", [[], [1], [1, 1]], ids=["none", "one", "the same twice"])
def test_one_seed_is_one_run(seeds):
    with pytest.raises(OutOfRange, match="one seed is one run"):
        repeat(coin, {"throws": 5, "chance": 0.5}, seeds)


def test_the_mean_of_hukou_runs_holds_the_closed_form():
    def world(workers, rng):
        return {"share": hukou.simulate(hukou.HYPOTHETICAL, workers, rng).mean_share}

    told = repeat(world, {"workers": 2000}, range(30))["share"]
    assert abs(told.mean - hukou.expected_share(hukou.HYPOTHETICAL)) < 3 * told.standard_error


@pytest.mark.parametrize(
    ("freedom", "table"), [(1, 12.706), (2, 4.303), (3, 3.182), (4, 2.776), (9, 2.262), (29, 2.045), (10**6, 1.960)]
)
def test_the_points_of_t_are_those_of_the_printed_tables(freedom, table):
    assert t_point(freedom) == pytest.approx(table, abs=0.01)


def test_intervals_of_few_runs_hold_the_truth_as_often_as_they_say():
    rng = np.random.default_rng(1)
    for runs in (2, 5, 20):
        held = [told.low <= 0 <= told.high for told in (sum_up(rng.normal(size=runs)) for _ in range(4000))]
        assert 0.935 < np.mean(held) < 0.965
