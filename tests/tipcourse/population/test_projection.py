"""The projection: the UN's own numbers, nobody appears, nobody vanishes, one call does what a loop does."""

from __future__ import annotations

import importlib.util
import tracemalloc
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tipcourse.errors import OutOfRange, OutsideTheRule, ShapeError
from tipcourse.population import (
    FEMALE,
    MALE,
    Paths,
    Rates,
    aged,
    births,
    china,
    people_in,
    project,
    random_paths,
    split_births,
    survive,
)

ROOT = Path(__file__).resolve().parents[3]
peoples = st.lists(st.floats(0, 1e5), min_size=42, max_size=42).map(lambda x: np.array(x).reshape(2, 21))
shares = st.lists(st.floats(0, 1), min_size=42, max_size=42).map(lambda x: np.array(x).reshape(2, 21))
quick = settings(derandomize=True, deadline=None, max_examples=60)


def benchmark() -> ModuleType:
    spec = importlib.util.spec_from_file_location("population_benchmark", ROOT / "benchmarks" / "population.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("year", [1990, 2000, 2010, 2020])
def test_from_mid_1980_the_uns_estimates_are_reproduced(year: int) -> None:
    own, un = project(china(1980, 2050)).in_year(year), people_in(year)
    assert own.sum() == pytest.approx(un.sum(), rel=0.002)
    for first, last in [(0, 14), (15, 64), (65, 100)]:
        assert aged(own, first, last) == pytest.approx(aged(un, first, last), rel=0.01), (first, last)
    for sex in (FEMALE, MALE):
        assert own[sex].sum() == pytest.approx(un[sex].sum(), rel=0.002)


def test_the_medium_projection_of_2050_is_met_within_half_a_percent() -> None:
    assert project(china()).in_year(2050).sum() == pytest.approx(1_260_289, rel=0.005)  # WPP 2024, medium


@given(people=peoples)
@quick
def test_where_nobody_dies_everybody_is_five_years_older(people: np.ndarray) -> None:
    older = survive(people, np.ones((2, 21)))
    assert older.sum() == pytest.approx(people.sum())
    assert older[:, 0].sum() == 0
    assert older[:, 1:-1] == pytest.approx(people[:, :-2])


@given(people=peoples, alive=shares)
@quick
def test_nobody_appears_by_surviving(people: np.ndarray, alive: np.ndarray) -> None:
    older = survive(people, alive)
    assert (older >= 0).all()
    assert older.sum() <= people.sum() * (1 + 1e-12)


@given(children=st.floats(0, 1e6), ratio=st.floats(80, 140))
@quick
def test_girls_and_boys_add_up_to_the_children(children: float, ratio: float) -> None:
    girls, boys = split_births(np.array(children), np.array(ratio))
    assert girls + boys == pytest.approx(children)
    assert boys * 100 == pytest.approx(girls * ratio)


def test_births_are_five_years_of_the_mean_number_of_women() -> None:
    assert births(np.full(7, 100.0), np.full(7, 120.0), np.full(7, 0.1)) == pytest.approx(5 * 7 * 110 * 0.1)


@given(factor=st.floats(0, 3), ratio=st.floats(80, 140))
@quick
def test_only_births_differ_so_people_born_before_are_the_same(factor: float, ratio: float) -> None:
    rates = china(1980, 2000)
    changed = project(rates, Paths(np.full(4, factor), np.full(4, ratio))).in_year(2000)
    assert changed[:, 4:] == pytest.approx(project(rates).in_year(2000)[:, 4:])


def test_without_births_deaths_and_movers_the_total_stays() -> None:
    rates = china(1980, 2000)
    still = replace(rates, alive_share=np.ones_like(rates.alive_share), movers_thousand=np.zeros((4, 2, 21)))
    total = project(still, Paths(np.zeros(4), np.full(4, 106.0))).total
    assert total == pytest.approx(rates.start_thousand.sum())


def test_the_balance_of_births_deaths_and_movers_closes() -> None:
    rates = china(1980, 1985)
    start, end = project(rates).people
    immortal = replace(rates, alive_share=np.ones_like(rates.alive_share))
    without_deaths = project(immortal).people[1]
    children = without_deaths.sum() - start.sum() - rates.movers_thousand.sum()
    assert children == pytest.approx(117_500, rel=0.02)  # births mid-1980 to mid-1985, WPP 2024: 116.6 million
    assert end.sum() < without_deaths.sum()


def test_the_order_of_the_scenarios_changes_nothing() -> None:
    rates = china()
    paths = random_paths(rates, 20, np.random.default_rng(3))
    order = np.random.default_rng(4).permutation(20)
    shuffled = project(rates, Paths(paths.fertility_factor[order], paths.boys_per_100_girls[order]))
    assert np.array_equal(shuffled.people, project(rates, paths).people[order])


def test_one_call_gives_what_a_plain_loop_gives() -> None:
    rates = china()
    paths = random_paths(rates, 30, np.random.default_rng(5))
    loop = benchmark().plain_loop(rates, paths.fertility_factor.tolist(), paths.boys_per_100_girls.tolist())
    assert np.array(loop) == pytest.approx(project(rates, paths).people, rel=1e-12)


def test_ten_thousand_projections_take_a_fiftieth_of_a_loops_processor_time_or_less() -> None:
    found = benchmark().measure(10_000)
    assert found["ratio"] >= 50, found  # both in this run; the processor's time, so that a busy machine does not count
    assert found["largest_difference_thousand"] < 1e-6
    assert found["result_mb"] == pytest.approx(50.4)


def test_memory_is_little_more_than_the_result() -> None:
    rates = china()
    paths = random_paths(rates, 2_000, np.random.default_rng(6))
    tracemalloc.start()
    result = project(rates, paths)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1.5 * result.people.nbytes


@pytest.mark.parametrize(
    ("start", "end"), [(1981, 2050), (1960, 2000), (1980, 1980), (1980, 2055), (2030, 2050)], ids=str
)
def test_years_without_rates_are_refused(start: int, end: int) -> None:
    with pytest.raises(OutsideTheRule, match="divisible by 5"):
        china(start, end)


def test_a_year_without_an_estimate_is_refused() -> None:
    with pytest.raises(OutsideTheRule, match="every fifth year"):
        people_in(2003)


def test_a_year_outside_the_projection_is_refused() -> None:
    with pytest.raises(OutOfRange, match="1980, 1985"):
        project(china(1980, 1990)).in_year(1982)


def test_paths_of_another_length_are_refused() -> None:
    with pytest.raises(ShapeError, match="3 periods, the rates 4"):
        project(china(1980, 2000), Paths(np.ones(3), np.full(3, 106.0)))


@pytest.mark.parametrize(("factor", "ratio"), [(-0.1, 106.0), (6.0, 106.0), (1.0, 1.06), (np.nan, 106.0)], ids=str)
def test_impossible_paths_are_refused(factor: float, ratio: float) -> None:
    with pytest.raises(OutOfRange, match="missing or outside"):
        Paths(np.array([factor]), np.array([ratio]))


def test_ages_that_do_not_line_up_are_refused() -> None:
    with pytest.raises(ShapeError, match="sexes and ages"):
        survive(np.ones((2, 20)), np.ones((2, 21)))


def test_the_shared_rates_cannot_be_changed() -> None:
    rates: Rates = china()
    with pytest.raises(ValueError, match="read-only"):
        rates.start_thousand[0, 0] = 0
