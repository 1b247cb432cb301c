"""Of the people of one age group, how many are alive five years on?

Death rates in, shares still alive out, by the ordinary life-table steps. Not here: where the rates come from
(table china_mortality) and how they may change.
Source of the method: Preston, Heuveline and Guillot, Demography, 2001, chapter 3 (table 3.3 for the first five years).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tipcourse.errors import OutOfRange, ShapeError

Array = NDArray[np.float64]

SEXES = ("female", "male")
FEMALE, MALE = 0, 1
GROUP_STARTS = tuple(range(0, 101, 5))  # first ages of the 21 groups; the last is 100 and over
RATE_STARTS = (0, 1, *range(5, 101, 5))  # death rates split the first group into 0 and 1-4

# Years lived in the first year, and between 1 and 5, by a child who dies there: (intercept, slope on the death
# rate of infants), and the value where that rate is 0.107 or more. Coale and Demeny's model West.
INFANT_YEARS = {FEMALE: (0.053, 2.800, 0.350), MALE: (0.045, 2.684, 0.330)}
TODDLER_YEARS = {FEMALE: (1.522, -1.518, 1.361), MALE: (1.651, -2.816, 1.352)}
HIGH_INFANT_RATE = 0.107


def _early_years(infant_rate: float, line: tuple[float, float, float]) -> float:
    intercept, slope, at_high = line
    return at_high if infant_rate >= HIGH_INFANT_RATE else intercept + slope * infant_rate


def years_lived_by_the_dying(deaths_per_person_year: Array, sex: int) -> Array:
    """Average years that those who die in an age group have lived in it.

    deaths_per_person_year  shape (22,), ages 0, 1-4, 5-9 ... 100+
    sex                     FEMALE or MALE
    returns                 years, shape (22,); the open group gets the expectation 1 / rate
    """
    rate = deaths_per_person_year
    years = np.full(rate.shape, 2.5)
    years[0] = _early_years(rate[0], INFANT_YEARS[sex])
    years[1] = _early_years(rate[0], TODDLER_YEARS[sex])
    slope = np.log(rate[5:] / rate[3:-2]) / 10  # how fast death rates rise around ages 15-19 ... 95-99
    years[4:-1] = 2.5 - 25 / 12 * (rate[4:-1] - slope)
    years[-1] = 1 / rate[-1]
    return years


def person_years(deaths_per_person_year: Array, sex: int) -> Array:
    """Years lived in each five-year group by a cohort of one newborn.

    deaths_per_person_year  shape (22,), all above 0, ages 0, 1-4, 5-9 ... 100+
    sex                     FEMALE or MALE
    returns                 years, shape (21,), groups 0-4 ... 100+; their sum is the life expectancy at birth
    raises                  ShapeError, OutOfRange
    """
    rate = np.asarray(deaths_per_person_year, dtype=float)
    if rate.shape != (len(RATE_STARTS),):
        raise ShapeError(f"Death rates have the shape {rate.shape}; give one for each of the ages {RATE_STARTS}.")
    if not (rate > 0).all():
        raise OutOfRange("A death rate is zero, negative or missing. Every age needs a rate above 0.")
    width = np.diff(RATE_STARTS, append=np.inf)
    lived = years_lived_by_the_dying(rate, sex)
    dying = width[:-1] * rate[:-1] / (1 + (width[:-1] - lived[:-1]) * rate[:-1])
    alive = np.concatenate([[1.0], np.cumprod(1 - dying)])  # alive at the first age of each group
    years = (alive[:-1] - alive[1:]) * lived[:-1] + alive[1:] * width[:-1]
    by_rate_group = np.append(years, alive[-1] / rate[-1])
    return np.concatenate([[by_rate_group[0] + by_rate_group[1]], by_rate_group[2:]])


def alive_shares(years: Array) -> Array:
    """Share of each group alive five years on, filed under the group that they have then reached.

    years    person-years by group, shape (21,), from `person_years`
    returns  0-1, shape (21,): [0] is newborns of the five years who are alive at its end, [k] is group k-1 moving
             into k, and the last holds for the two oldest groups, which end up together in 100+
    """
    shares = np.empty_like(years)
    shares[0] = years[0] / 5
    shares[1:-1] = years[1:-1] / years[:-2]
    shares[-1] = years[-1] / (years[-2] + years[-1])
    return shares
