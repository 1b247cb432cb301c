from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tipcourse.errors import OutOfRange, ShapeError
from tipcourse.hukou import (
    HYPOTHETICAL,
    REFORMS,
    World,
    apply_reform,
    complaint_chance,
    expected_share,
    long_run_share,
    sensitivity,
    shares,
    simulate,
    step,
    two_worlds,
)
from tipcourse.hukou.reforms import effect_points
from tipcourse.hukou.silence import share_by_year, yearly_chances

CHANCE = st.floats(0, 1)
COST = st.floats(0, 6)
WORLDS = st.builds(
    World,
    unregistered_share=CHANCE,
    entry_per_year=st.floats(0.001, 0.5),
    entry_ratio=st.floats(0, 2),
    leave_per_year=st.floats(0.01, 1),
    base_cost_months=COST,
    extra_cost_months=COST,
    success=CHANCE,
    deterrence=CHANCE,
)
quietly = settings(derandomize=True, deadline=None, max_examples=60)


@quietly
@given(WORLDS)
def test_shares_stay_between_0_and_1_and_start_at_0(world):
    for path in (shares(world).registered, shares(world).unregistered, shares(world).everyone):
        assert path[0] == 0 and np.all((path >= 0) & (path <= 1))


@quietly
@given(WORLDS)
def test_everyone_lies_between_the_two_groups(world):
    path = shares(world)
    low, high = np.minimum(path.registered, path.unregistered), np.maximum(path.registered, path.unregistered)
    assert np.all(path.everyone >= low - 1e-12) and np.all(path.everyone <= high + 1e-12)


@quietly
@given(WORLDS)
def test_the_formula_is_the_recursion_year_by_year(world):
    enters, ends = yearly_chances(world, registered=False)
    share, path = 0.0, share_by_year(enters, ends, 12)
    for year in range(1, 13):
        share = share * (1 - ends) + (1 - share) * enters
        assert path[year] == pytest.approx(share, abs=1e-12)


@quietly
@given(WORLDS, COST)
def test_dearer_complaints_never_lower_the_long_run_share(world, more):
    dearer = replace(world, extra_cost_months=world.extra_cost_months + more)
    before, after = (long_run_share(*yearly_chances(each, registered=False)) for each in (world, dearer))
    assert after >= before - 1e-12


def test_a_free_complaint_is_always_made_and_a_dear_one_rarely():
    assert complaint_chance(0) == 1
    assert complaint_chance(1) == pytest.approx(0.3679, abs=1e-4)
    assert complaint_chance(6) < 0.01


def test_the_long_run_balances_comings_and_goings():
    share = long_run_share(0.02, 0.18)
    assert share == pytest.approx(0.1)
    assert (1 - share) * 0.02 == pytest.approx(share * 0.18)


def test_without_any_movement_there_is_no_long_run():
    with pytest.raises(OutOfRange, match="long run"):
        long_run_share(0, 0)
    assert share_by_year(0, 0, 3).tolist() == [0, 0, 0, 0]


@pytest.mark.parametrize(
    "change",
    [
        {"success": 1.2},
        {"extra_cost_months": -1},
        {"entry_per_year": float("nan")},
        {"entry_per_year": 0.6, "entry_ratio": 2},
    ],
)
def test_a_world_that_cannot_be_is_refused(change):
    with pytest.raises(OutOfRange):
        World(**change)


# --- the crowd


def test_a_million_workers_agree_with_the_formula_within_their_error():
    run = simulate(HYPOTHETICAL, 1_000_000, np.random.default_rng(2017))
    assert abs(run.mean_share - expected_share(HYPOTHETICAL)) < 4 * run.mean_error
    off = np.abs(run.share - shares(HYPOTHETICAL).everyone)[1:] / run.standard_error[1:]
    assert off.max() < 4.5 and off.mean() < 1.5


@settings(derandomize=True, deadline=None, max_examples=15)
@given(WORLDS, st.integers(0, 2**32))
def test_in_any_world_the_crowd_agrees_with_the_formula(world, seed):
    run = simulate(world, 20_000, np.random.default_rng(seed), years=10)
    assert abs(run.mean_share - expected_share(world, 10)) <= 5 * run.mean_error + 1e-6


def test_the_standard_error_is_the_spread_of_many_runs():
    rng = np.random.default_rng(5)
    runs = [simulate(HYPOTHETICAL, 2_000, rng, years=10) for _ in range(300)]
    spread = np.std([run.mean_share for run in runs], ddof=1)
    assert np.mean([run.mean_error for run in runs]) == pytest.approx(spread, rel=0.15)
    covered = np.mean([abs(r.mean_share - expected_share(HYPOTHETICAL, 10)) < 1.96 * r.mean_error for r in runs])
    assert 0.91 < covered < 0.985


def test_the_same_seed_gives_the_same_crowd_and_another_seed_another():
    one, again, other = (simulate(HYPOTHETICAL, 5_000, np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert np.array_equal(one.share, again.share) and one.mean_share == again.mean_share
    assert not np.array_equal(one.share, other.share)


def test_a_hundred_times_more_workers_have_a_tenth_of_the_error():
    small, large = (simulate(HYPOTHETICAL, n, np.random.default_rng(3)) for n in (4_000, 400_000))
    assert small.mean_error / large.mean_error == pytest.approx(10, rel=0.1)


def test_nobody_appears_and_nobody_vanishes_in_a_step():
    before = np.zeros(1000, dtype=bool)
    after = step(before, np.ones(1000, dtype=bool), HYPOTHETICAL, np.random.default_rng(1))
    assert after.shape == before.shape and after.dtype == bool and not before.any()


def test_a_step_where_nothing_can_happen_changes_nobody():
    still = World(entry_per_year=0, leave_per_year=0, success=0)
    flags = np.array([True, False, True])
    assert step(flags, ~flags, still, np.random.default_rng(1)).tolist() == [True, False, True]


def test_relabelling_workers_relabels_the_outcome():
    rng, order = np.random.default_rng(8), np.array([2, 0, 1])
    flags, registered = np.array([True, False, False]), np.array([True, False, True])
    certain = World(entry_per_year=1, deterrence=0, leave_per_year=1)
    there = step(flags, registered, certain, rng)
    assert there.tolist() == [False, True, True]
    assert step(flags[order], registered[order], certain, rng).tolist() == there[order].tolist()


def test_arrays_that_do_not_line_up_are_refused():
    with pytest.raises(ShapeError, match="one flag per worker"):
        step(np.zeros(3, dtype=bool), np.zeros(2, dtype=bool), HYPOTHETICAL, np.random.default_rng(1))


@pytest.mark.parametrize(("workers", "years"), [(1, 40), (100, 0)])
def test_a_crowd_of_one_or_no_years_is_refused(workers, years):
    with pytest.raises(OutOfRange):
        simulate(HYPOTHETICAL, workers, np.random.default_rng(1), years)


# --- reforms


@pytest.mark.parametrize("reform", REFORMS, ids=lambda reform: reform.name)
def test_each_reform_helps_in_the_world_it_was_made_for(reform):
    assert effect_points(HYPOTHETICAL, reform) < 0


def test_two_worlds_look_the_same_and_answer_a_permit_differently():
    silence, sorting = two_worlds()
    permit = REFORMS[1]
    for registered in (True, False):
        long_run = [long_run_share(*yearly_chances(world, registered)) for world in (silence, sorting)]
        assert long_run[0] == pytest.approx(long_run[1])
    assert effect_points(silence, permit) < -0.5
    assert effect_points(sorting, permit) == pytest.approx(0)


def test_sensitivity_is_sorted_and_covers_every_parameter():
    table = sensitivity(HYPOTHETICAL, REFORMS[1])
    assert len(table) == 8 and table["swing_points"].is_monotonic_decreasing
    assert table["parameter"].iloc[0] == "leave_per_year"


def test_a_chance_pushed_past_1_stays_at_1():
    assert apply_reform(World(success=0.9), REFORMS[2]).success == 1


@pytest.mark.parametrize("change", [0, 1, 2])
def test_a_change_that_leaves_no_range_is_refused(change):
    with pytest.raises(OutOfRange):
        sensitivity(HYPOTHETICAL, REFORMS[0], change)
