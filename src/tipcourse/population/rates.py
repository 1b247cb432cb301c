"""What does the projection need to know about China, and where does it get it?

Reads the course's tables (World Population Prospects 2024) into one record of arrays. Not here: any change to them;
a counterfactual is a `Paths` beside the rates (scenarios.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd

from tipcourse import data
from tipcourse.errors import OutsideTheRule
from tipcourse.population.lifetable import GROUP_STARTS, RATE_STARTS, SEXES, Array, alive_shares, person_years

STEP_YEARS = 5
FIRST_YEAR, LAST_YEAR = 1970, 2050
MOTHERS = slice(3, 10)  # the groups 15-19 ... 45-49


@dataclass(frozen=True)
class Rates:
    """A population and the rates under which it lives, for P periods of five years from 1 July to 30 June.

    years               first 1 July, ... , last 1 July, shape (P + 1,)
    start_thousand      thousand persons on the first day, shape (sex, age) = (2, 21)
    alive_share         share alive five years on, 0-1, shape (P, 2, 21); see lifetable.alive_shares
    births_per_woman    births a year per woman, shape (P, 7), ages 15-19 ... 45-49
    boys_per_100_girls  at birth, shape (P,)
    movers_thousand     net migrants over the five years, thousand persons, shape (P, 2, 21)
    """

    years: tuple[int, ...]
    start_thousand: Array
    alive_share: Array
    births_per_woman: Array
    boys_per_100_girls: Array
    movers_thousand: Array

    @property
    def total_fertility(self) -> Array:
        """Children per woman in each period, shape (P,)."""
        return STEP_YEARS * self.births_per_woman.sum(axis=-1)


def _by_sex_and_age(table: pd.DataFrame, column: str) -> Array:
    """The column of one year or period as an array of shape (sex, age)."""
    wide = table.pivot(index="sex", columns="age_start", values=column)
    return wide.loc[list(SEXES)].to_numpy(dtype=float)


def people_in(year: int) -> Array:
    """The UN's estimate for 1 July, thousand persons, shape (sex, age) = (2, 21).

    raises OutsideTheRule for a year that is not in the table (every fifth year 1950-2025)
    """
    table = data.load("china_population")
    rows = table[table["year"] == year]
    if rows.empty:
        raise OutsideTheRule(f"No population for {year}. The table has every fifth year from 1950 to 2025.")
    return _by_sex_and_age(rows, "population_thousand")


def _alive_share(period: int, mortality: pd.DataFrame) -> Array:
    rates = _by_sex_and_age(mortality[mortality["period_start"] == period], "deaths_per_person_year")
    assert rates.shape == (len(SEXES), len(RATE_STARTS))
    return np.stack([alive_shares(person_years(rates[sex], sex)) for sex in range(len(SEXES))])


@cache
def china(start: int = 1980, end: int = LAST_YEAR) -> Rates:
    """China's people on 1 July of `start` and the rates of every five years up to `end`.

    start, end  years divisible by 5, 1970 <= start < end <= 2050; start at most 2025
    returns     Rates; from 2025 on they are the UN's medium projection
    raises      OutsideTheRule for other years
    """
    if start % STEP_YEARS or end % STEP_YEARS or not FIRST_YEAR <= start < end <= LAST_YEAR or start > 2025:
        raise OutsideTheRule(
            f"No rates from {start} to {end}. Give years divisible by 5, the first from {FIRST_YEAR} to 2025, "
            f"the second later and at most {LAST_YEAR}."
        )
    periods = range(start, end, STEP_YEARS)
    mortality, movers = data.load("china_mortality"), data.load("china_net_migration")
    fertility, births = data.load("china_fertility_by_age"), data.load("china_birth_rates").set_index("period_start")
    by_age = fertility.pivot(index="period_start", columns="age_start", values="births_per_1000_women_years")
    rates = Rates(
        years=tuple(range(start, end + 1, STEP_YEARS)),
        start_thousand=people_in(start),
        alive_share=np.stack([_alive_share(p, mortality) for p in periods]),
        births_per_woman=by_age.loc[list(periods)].to_numpy(dtype=float) / 1000,
        boys_per_100_girls=births["boys_per_100_girls"].loc[list(periods)].to_numpy(dtype=float),
        movers_thousand=np.stack(
            [_by_sex_and_age(movers[movers["period_start"] == p], "net_migrants_thousand") for p in periods]
        ),
    )
    for array in (rates.start_thousand, rates.alive_share, rates.births_per_woman, rates.boys_per_100_girls):
        array.setflags(write=False)  # the record is shared between callers
    rates.movers_thousand.setflags(write=False)
    assert rates.start_thousand.shape == (len(SEXES), len(GROUP_STARTS))
    return rates
