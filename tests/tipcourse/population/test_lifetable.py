"""The life table: against what the UN publishes, and its own laws."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from tipcourse import data
from tipcourse.errors import OutOfRange, ShapeError
from tipcourse.population import FEMALE, MALE, SEXES, alive_shares, person_years

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "life_expectancy.yaml").read_text(encoding="utf-8"))


def death_rates(period_start: int, sex: str) -> np.ndarray:
    table = data.load("china_mortality")
    rows = table[(table["period_start"] == period_start) & (table["sex"] == sex)].sort_values("age_start")
    return rows["deaths_per_person_year"].to_numpy(dtype=float)


@pytest.mark.parametrize("case", CASES, ids=lambda c: f"{c['sex']} life expectancy from mid-{c['period_start']}")
def test_life_expectancy_is_the_uns(case: dict) -> None:
    years = person_years(death_rates(case["period_start"], case["sex"]), SEXES.index(case["sex"]))
    assert years.sum() == pytest.approx(case["years"], abs=0.05)


@given(times=st.floats(0.3, 3.0), sex=st.sampled_from([FEMALE, MALE]))
@settings(derandomize=True, deadline=None, max_examples=50)
def test_shares_stay_between_0_and_1_and_more_deaths_mean_fewer_alive(times: float, sex: int) -> None:
    rates = death_rates(1970, SEXES[sex])
    shares, worse = alive_shares(person_years(rates, sex)), alive_shares(person_years(rates * times, sex))
    assert ((worse > 0) & (worse < 1)).all()
    assert (worse.prod() < shares.prod()) == (times > 1)


def test_without_change_over_age_the_table_is_the_textbooks_exponential() -> None:
    years = person_years(np.full(22, 0.02), FEMALE)
    assert years.sum() == pytest.approx(50, rel=0.01)  # expectation of life is 1 / rate
    assert alive_shares(years)[5:-1] == pytest.approx(np.exp(-0.1), rel=1e-3)


@pytest.mark.parametrize("wrong", [0.0, -0.1, np.nan], ids=["zero", "negative", "missing"])
def test_a_rate_that_cannot_be_is_refused(wrong: float) -> None:
    rates = death_rates(1980, "female")
    rates[3] = wrong
    with pytest.raises(OutOfRange, match="above 0"):
        person_years(rates, FEMALE)


def test_rates_by_other_ages_are_refused() -> None:
    with pytest.raises(ShapeError, match="shape"):
        person_years(np.full(21, 0.01), FEMALE)
