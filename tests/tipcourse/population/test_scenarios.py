"""Counterfactuals and random paths: ranges, laws, and what a spread may do."""

from __future__ import annotations

import numpy as np
import pytest

from tipcourse.errors import OutOfRange, UnknownName
from tipcourse.population import (
    Spread,
    change_births,
    china,
    comparators,
    counterfactual_range,
    excess_men,
    fertility_like,
    project,
    random_paths,
    simulate,
)


def test_a_path_that_changes_nothing_is_the_projection() -> None:
    rates = china()
    assert np.array_equal(project(rates, change_births(rates)).people, project(rates).people)


def test_a_normal_sex_ratio_halves_the_excess_men_of_2020() -> None:
    rates = china()
    normal = project(rates, change_births(rates, boys_per_100_girls=106.0))
    assert excess_men(project(rates).in_year(2020), 20, 39) == pytest.approx(20_111, abs=30)
    assert excess_men(normal.in_year(2020), 20, 39) == pytest.approx(9_770, abs=30)


def test_a_change_since_a_year_leaves_the_years_before_alone() -> None:
    rates = china()
    later = project(rates, change_births(rates, fertility_factor=1.5, since=2000))
    assert np.array_equal(later.in_year(2000), project(rates).in_year(2000))
    assert later.in_year(2005).sum() > project(rates).in_year(2005).sum()


@pytest.mark.parametrize(
    ("start", "place", "rule", "million"),
    [
        (1980, "Thailand", "level", -3),
        (1980, "Thailand", "proportional", -172),
        (1980, "India", "level", 694),
        (1980, "Viet Nam", "level", 381),
        (1980, "Upper-middle-income countries without China", "proportional", 4),
        (1970, "Thailand", "proportional", 104),
        (1970, "India", "level", 901),
    ],
)
def test_counterfactual_differences_of_2015(start: int, place: str, rule: str, million: float) -> None:
    """Against an independent calculation with the same tables."""
    table = counterfactual_range(start)
    row = table[(table["place"] == place) & (table["rule"] == rule) & (table["year"] == 2015)]
    assert row["difference_million"].item() == pytest.approx(million, abs=1)


def test_the_range_is_wider_than_zero_on_both_sides() -> None:
    last = counterfactual_range().query("year == 2015")["difference_million"]
    assert last.min() < -100 and last.max() > 500
    assert len(last) == 2 * len(comparators()) == 14


def test_unknown_places_and_rules_are_told_what_is_near() -> None:
    with pytest.raises(UnknownName, match="Thailand"):
        fertility_like("Thialand", "level")
    with pytest.raises(OutOfRange, match="level"):
        fertility_like("Thailand", "levl")
    with pytest.raises(OutOfRange, match="2020"):
        fertility_like("Thailand", "level", 1980, 2030)


def test_the_same_seed_gives_the_same_paths_and_another_seed_others() -> None:
    rates = china()
    one, same, other = (random_paths(rates, 5, np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert np.array_equal(one.fertility_factor, same.fertility_factor)
    assert not np.array_equal(one.fertility_factor, other.fertility_factor)


def test_without_spread_every_path_is_the_projection() -> None:
    rates = china()
    result = simulate(rates, 3, np.random.default_rng(1), Spread(fertility_sd=0, sex_ratio_sd=0))
    assert result.people.shape == (3, 15, 2, 21)
    assert result.people == pytest.approx(np.broadcast_to(project(rates).people, (3, 15, 2, 21)))


def test_doubt_begins_where_the_spread_begins_and_grows() -> None:
    rates = china()
    total = simulate(rates, 2_000, np.random.default_rng(7), Spread(since=2025)).total
    width = np.ptp(np.percentile(total, [10, 90], axis=0), axis=0)
    assert width[rates.years.index(2025)] == pytest.approx(0)
    assert (np.diff(width[rates.years.index(2025) :]) > 0).all()
    middle = np.median(total[:, -1])
    assert middle == pytest.approx(project(rates).total[-1], rel=0.01)
