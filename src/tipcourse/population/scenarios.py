"""What if births had gone otherwise?

A counterfactual changes the number of births or their sex ratio and nothing else: who dies and who moves stays as it
was. Comparators make a range, never one answer: places differ from China in more than their policy.
Random paths have hypothetical spreads; they show how doubt grows, not how large it is.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from tipcourse import data
from tipcourse.errors import OutOfRange, UnknownName, did_you_mean
from tipcourse.population.lifetable import Array
from tipcourse.population.projection import Paths, Projection, as_estimated, project
from tipcourse.population.rates import STEP_YEARS, Rates, china

RULES = ("level", "proportional")
COMPARATORS_END = 2020  # the last year that whole periods of the comparators reach


def change_births(
    rates: Rates, *, fertility_factor: float = 1.0, boys_per_100_girls: float | None = None, since: int = 1980
) -> Paths:
    """One path: fertility times a factor, or one sex ratio at birth, from a year on.

    fertility_factor    0-5; 1 leaves fertility as it was
    boys_per_100_girls  80-140; left out, as it was
    since               1 July of the first period that changes
    """
    as_it_was, changed = as_estimated(rates), np.array(rates.years[:-1]) >= since
    ratio = as_it_was.boys_per_100_girls if boys_per_100_girls is None else boys_per_100_girls
    return Paths(
        np.where(changed, fertility_factor, 1.0), np.where(changed, ratio, as_it_was.boys_per_100_girls).astype(float)
    )


def what_if(
    rates: Rates, fertility_percent: float = 100, gap_closed_percent: float = 0, reference: float = 106.0
) -> Paths:
    """One path: all fertility at a percentage of what it was, and the sex ratio at birth moved towards normal.

    fertility_percent   0-500; 100 leaves fertility as it was
    gap_closed_percent  0-100; 0 leaves the sex ratio as it was, 100 sets it to the reference
    reference           boys per 100 girls without sex selection
    """
    as_it_was = as_estimated(rates).boys_per_100_girls
    ratio = as_it_was + (reference - as_it_was) * gap_closed_percent / 100
    return Paths(np.full(as_it_was.shape, fertility_percent / 100), ratio)


def comparators() -> list[str]:
    """Names of the places with which China can be compared."""
    return sorted(set(data.load("total_fertility")["place"]) - {"China"})


def period_fertility(place: str, starts: list[int]) -> Array:
    """Total fertility in five years from each 1 July: half of the first and the sixth calendar year, all between.

    returns  children per woman, shape of starts; missing where the table does not reach
    raises   UnknownName, with near names
    """
    table = data.load("total_fertility")
    rows = table[table["place"] == place]
    if rows.empty:
        raise UnknownName(f"No fertility for '{place}'.{did_you_mean(place, set(table['place']))}")
    annual = rows.set_index("year")["total_fertility_rate"]
    weights = np.array([0.5, 1, 1, 1, 1, 0.5])
    years = [[start + ahead for ahead in range(STEP_YEARS + 1)] for start in starts]
    return np.array([weights @ annual.reindex(six).to_numpy(dtype=float, na_value=np.nan) / 5 for six in years])


def fertility_like(place: str, rule: str, start: int = 1980, end: int = COMPARATORS_END) -> Paths:
    """The path in which China's fertility goes as in another place from `start` on.

    place  one of comparators()
    rule   "level": the place's total fertility as it is; "proportional": China's total fertility of the five years
           before `start`, times the place's change since those years
    start  1970, 1975 or 1980 ...; the comparison must end by 2020
    raises OutOfRange for another rule or a comparison that ends later
    """
    if rule not in RULES:
        raise OutOfRange(f"No rule '{rule}'.{did_you_mean(rule, RULES)} The rules are {' and '.join(RULES)}.")
    if end > COMPARATORS_END:
        raise OutOfRange(f"The comparators are known for whole periods up to {COMPARATORS_END}, not to {end}.")
    rates = china(start, end)
    theirs = period_fertility(place, list(rates.years[:-1]))
    if rule == "proportional":
        before = start - STEP_YEARS
        rows = data.load("china_birth_rates").set_index("period_start")
        theirs = theirs / period_fertility(place, [before])[0] * float(rows["total_fertility_rate"].loc[before])
    return Paths(theirs / rates.total_fertility, rates.boys_per_100_girls)


def counterfactual_range(start: int = 1980, end: int = COMPARATORS_END) -> pd.DataFrame:
    """China's people under every comparator and rule, beside what the same projection gives without a change.

    returns  frame: place, rule, year, million (people), difference_million (minus unchanged); one row a year
    """
    unchanged = project(china(start, end))
    frames = []
    for place in comparators():
        for rule in RULES:
            other = project(china(start, end), fertility_like(place, rule, start, end))
            rows = {"place": place, "rule": rule, "year": other.years, "million": other.total / 1000}
            frames.append(pd.DataFrame(rows | {"difference_million": (other.total - unchanged.total) / 1000}))
    return pd.concat(frames, ignore_index=True)


@dataclass(frozen=True)
class Spread:
    """How far births may wander from the rates. Hypothetical: chosen for this course, not estimated.

    fertility_sd    standard deviation of a period's shock to the logarithm of fertility, 0-1
    sex_ratio_sd    standard deviation of a period's shock to the sex ratio at birth, boys per 100 girls, 0-5
    persistence     share of the last period's departure that stays, 0-1
    since           1 July of the first period in which births may wander
    """

    fertility_sd: float = 0.08
    sex_ratio_sd: float = 1.0
    persistence: float = 0.9
    since: int = 1980


def random_paths(rates: Rates, scenarios: int, rng: np.random.Generator, spread: Spread | None = None) -> Paths:
    """Many paths on which fertility and the sex ratio at birth wander around the rates.

    scenarios  how many, at least 1
    rng        the source of chance; the same seed gives the same paths
    spread     how far they wander; left out, Spread()
    returns    Paths of shape (scenario, P); fertility at most 5 times the rates', the sex ratio 95-130
    """
    spread = spread or Spread()
    periods = len(rates.years) - 1
    shocks = rng.standard_normal((2, scenarios, periods)) * (np.array(rates.years[:-1]) >= spread.since)
    departure = np.zeros((2, scenarios, periods))
    last = np.zeros((2, scenarios))
    for period in range(periods):
        last = spread.persistence * last + shocks[..., period]
        departure[..., period] = last
    factor = np.exp(spread.fertility_sd * departure[0])
    ratio = rates.boys_per_100_girls + spread.sex_ratio_sd * departure[1]
    return Paths(np.clip(factor, 0, 5), np.clip(ratio, 95, 130))


def simulate(rates: Rates, scenarios: int, rng: np.random.Generator, spread: Spread | None = None) -> Projection:
    """Many random futures in one call: people of shape (scenario, year, sex, age).

    Ten thousand from 1980 to 2050 hold 50 MB.
    """
    return project(rates, random_paths(rates, scenarios, rng, spread))
