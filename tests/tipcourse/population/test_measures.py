"""Numbers read off a population: small worked examples, and China's as the UN counts it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tipcourse import data
from tipcourse.errors import OutOfRange
from tipcourse.population import (
    dependency_ratio,
    excess_men,
    groups,
    missing_girls,
    people_in,
    sex_ratio,
    share_aged,
    share_of_fall,
)


def test_a_population_of_one_person_in_each_group() -> None:
    people = np.ones((2, 21))
    assert dependency_ratio(people) == pytest.approx(100 * 22 / 20)  # 3 young and 8 old groups, 10 between, two sexes
    assert sex_ratio(people, (20, 29)) == 100
    assert sex_ratio(people, (20, 29), men=(20, 24)) == 50
    assert excess_men(people, 0, 100) == 0


@pytest.mark.parametrize(
    ("year", "women", "men", "expected"),
    [
        (1990, (20, 29), None, 104.4),
        (2020, (20, 29), None, 113.9),
        (2020, (20, 39), None, 110.4),
        (1990, (20, 29), (25, 34), 85.3),
        (2020, (20, 29), (25, 34), 136.1),
    ],
)
def test_the_squeeze_depends_on_its_definition(year: int, women: tuple, men: tuple | None, expected: float) -> None:
    assert sex_ratio(people_in(year), women, men) == pytest.approx(expected, abs=0.05)


@pytest.mark.parametrize(("year", "expected"), [(1980, 4.4), (2000, 7.0), (2020, 12.7), (2025, 14.9)])
def test_the_share_of_65_and_over_is_the_uns(year: int, expected: float) -> None:
    assert share_aged(people_in(year), 65, 100) == pytest.approx(expected, abs=0.06)


def test_the_two_definitions_of_missing_girls_differ_by_a_factor_of_two() -> None:
    table = data.load("china_births")
    rows = table[table["year"].between(1970, 2017)]
    births, ratio = rows["births_thousand"].to_numpy(float), rows["boys_per_100_girls"].to_numpy(float)
    by_births = missing_girls(births, ratio, reference=106.3).sum() / 1000
    by_boys = missing_girls(births, ratio, reference=106.3, held="boys").sum() / 1000
    assert by_births == pytest.approx(12.5, abs=0.1)  # Chao et al. 2019: 11.9 [8.5; 15.8]
    assert by_boys == pytest.approx(24.3, abs=0.2)


@given(births=st.floats(1, 1e6), ratio=st.floats(90, 140), reference=st.floats(103, 108))
@settings(derandomize=True, deadline=None)
def test_laws_of_missing_girls(births: float, ratio: float, reference: float) -> None:
    held_births = float(missing_girls(births, ratio, reference))
    held_boys = float(missing_girls(births, ratio, reference, held="boys"))
    assert np.sign(round(held_births, 6)) == np.sign(round(held_boys, 6))
    assert abs(held_boys) >= abs(held_births) - 1e-9  # more girls join when no boy leaves
    assert held_boys == pytest.approx(held_births * (100 + reference) / reference, rel=1e-6, abs=1e-6)


def test_at_the_reference_no_girl_is_missing() -> None:
    assert missing_girls(1000, 106) == pytest.approx(0)


def test_most_of_the_fall_of_fertility_had_come_by_1980() -> None:
    table = data.load("total_fertility")
    china = table[table["place"] == "China"].set_index("year")["total_fertility_rate"]
    assert share_of_fall(china[1970], china[1980], china[2020]) == pytest.approx(69, abs=0.5)


def test_questions_that_make_no_sense_are_refused() -> None:
    with pytest.raises(OutOfRange, match="no fall"):
        share_of_fall(2.0, 2.5, 3.0)
    with pytest.raises(OutOfRange, match="Hold 'births'"):
        missing_girls(1000, 110, held="girls")
    with pytest.raises(OutOfRange, match="103-108"):
        missing_girls(1000, 110, reference=1.06)
    for ages in [(15, 63), (16, 64), (60, 20), (0, 105)]:
        with pytest.raises(OutOfRange, match="five-year group"):
            groups(*ages)
