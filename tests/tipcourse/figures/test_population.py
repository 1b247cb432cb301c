"""Every picture of unit 4 states a finding that its own table bears out, and can be read by ear."""

from __future__ import annotations

import warnings
from collections.abc import Callable

import numpy as np
import pytest
from matplotlib.axes import Axes

from tipcourse.data import load
from tipcourse.figures import counterfactuals, population
from tipcourse.figures.base import figure_html, telling
from tipcourse.population import Spread, china, counterfactual_range, people_in, project, simulate, what_if

FIGURES: dict[str, Callable[[], Axes]] = {
    "fertility and policy": lambda: population.fertility_and_policy(
        load("total_fertility"), load("birth_policy_timeline")
    ),
    "pyramids": lambda: population.pyramids({y: people_in(y) for y in (1980, 2020)}),
    "sex ratio by source": lambda: population.sex_ratio_by_source(load("china_sex_ratio_at_birth")),
    "the same children twice": lambda: population.same_children_twice(load("china_census_children")),
    "ageing": lambda: population.ageing(load("china_broad_ages")),
    "marriage squeeze": lambda: population.marriage_squeeze({y: people_in(y) for y in range(1980, 2026, 5)}),
    "never married": lambda: population.never_married(load("china_never_married")),
    "counterfactual fan": lambda: counterfactuals.counterfactual_fan(
        counterfactual_range(), project(china(1980, 2020))
    ),
    "missing girls": lambda: counterfactuals.missing_girls_by_definition(
        load("china_births"), load("one_child_estimates")
    ),
    "random futures": lambda: counterfactuals.random_futures(
        simulate(china(), 200, np.random.default_rng(1), Spread(since=2025)), load("china_projections")
    ),
}


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_has_title_units_source_and_numbers(name: str) -> None:
    ax = FIGURES[name]()
    assert len(ax.get_title()) > 20
    assert ax.get_xlabel() and ax.get_ylabel()
    assert "Source" in telling(ax).source and len(telling(ax).alt) > 100
    table = telling(ax).table
    assert table is not None and len(table) > 1
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # a missing glyph would cost a student points
        assert "<figure" in figure_html(ax)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("fertility and policy", "69%"),
        ("sex ratio by source", "118 or 121"),
        ("ageing", "fewest in 2010"),
        ("marriage squeeze", "110 to 136"),
        ("never married", "5.5% of rural men"),
        ("missing girls", "26 or 13 million"),
        ("counterfactual fan", "211 million fewer to 807 million more"),
    ],
)
def test_the_title_states_the_finding(name: str, words: str) -> None:
    assert words in FIGURES[name]().get_title()


def test_names_at_the_end_of_a_fan_do_not_overlap() -> None:
    moved = counterfactuals._apart(np.array([0.0, 0.1, 0.2, 50.0]), gap=5)
    assert np.diff(moved).min() >= 5 - 1e-6
    assert moved[3] == pytest.approx(50)


def test_every_pyramid_fits_into_the_moving_picture() -> None:
    rates = china()
    unchanged = project(rates)
    for fertility, gap in [(60, 0), (100, 0), (140, 0), (140, 100)]:
        result = project(rates, what_if(rates, fertility, gap))
        for year in (1980, 2015, 2050):
            svg = population.pyramid_svg(result.in_year(year), unchanged.in_year(year), year)
            assert len(svg) < 8_000
            assert f"Pyramid of {year}" in svg and 'role="img"' in svg
        assert result.people.max() / 1000 < 105  # million persons that the picture has room for


def test_the_words_under_the_pyramid_carry_both_numbers() -> None:
    rates = china()
    unchanged, changed = project(rates), project(rates, what_if(rates, gap_closed_percent=100))
    words = population.pyramid_words(changed.in_year(2020), unchanged.in_year(2020), 2020)
    assert "Men minus women aged 20-39: 9.8 million (20.1)" in words
