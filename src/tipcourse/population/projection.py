"""Who is alive five years on, and after many times five years?

The cohort-component method: people grow older and some die, some arrive or leave, and women of 15 to 49 bear girls and
boys. Each step is a function of its own; `project` repeats them over the periods, for one path or ten thousand.
Arrays inside a step have the shape (sex, age) or (sex, age, scenario): the steps do not care which.
Not here: single years of age, marriage, who bears whose child. Source: Preston, Heuveline and Guillot 2001, chapter 6.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tipcourse.errors import OutOfRange, ShapeError
from tipcourse.population.lifetable import FEMALE, MALE, Array
from tipcourse.population.rates import MOTHERS, STEP_YEARS, Rates


@dataclass(frozen=True)
class Paths:
    """How births may go: one path, or many, over P periods.

    fertility_factor    times the rates' fertility, 0-5, shape (P,) or (scenario, P)
    boys_per_100_girls  at birth, 80-140, same shape
    """

    fertility_factor: Array
    boys_per_100_girls: Array

    def __post_init__(self) -> None:
        if self.fertility_factor.shape != self.boys_per_100_girls.shape:
            raise ShapeError(
                f"Fertility has the shape {self.fertility_factor.shape}, the sex ratio "
                f"{self.boys_per_100_girls.shape}. Give both for the same scenarios and periods."
            )
        _within("A fertility factor", self.fertility_factor, 0, 5)
        _within("A sex ratio at birth", self.boys_per_100_girls, 80, 140)


@dataclass(frozen=True)
class Projection:
    """People through time.

    years   1 July of each, shape (P + 1,)
    people  thousand persons, shape (year, sex, age), or (scenario, year, sex, age) where many paths were given
    """

    years: tuple[int, ...]
    people: Array

    def in_year(self, year: int) -> Array:
        """Thousand persons in one year, shape (sex, age), or (scenario, sex, age).

        raises OutOfRange for a year that the projection does not hold
        """
        if year not in self.years:
            raise OutOfRange(f"The projection has no {year}. Its years are {', '.join(map(str, self.years))}.")
        return self.people[..., self.years.index(year), :, :]

    @property
    def total(self) -> Array:
        """Thousand persons of both sexes and all ages, shape (year,) or (scenario, year)."""
        return self.people.sum(axis=(-1, -2))


def _within(what: str, values: Array, low: float, high: float) -> None:
    """Raises OutOfRange where a value is missing or outside."""
    if not ((values >= low) & (values <= high)).all():
        raise OutOfRange(f"{what} is missing or outside {low}-{high}: {values.min()} to {values.max()} came.")


def survive(people: Array, alive_share: Array, out: Array | None = None) -> Array:
    """Everyone five years on, before births.

    people       thousand persons, shape (sex, age) or (sex, age, scenario)
    alive_share  share alive five years on, 0-1, shape (sex, age) or (sex, age, 1)
    out          an array of the same shape as people to write into; left out, a new one is made
    returns      thousand persons, shape of people; age 0-4 is empty, births come later
    raises       ShapeError when ages or sexes do not line up
    """
    if people.shape[:2] != alive_share.shape[:2]:
        raise ShapeError(f"People have {people.shape[:2]} sexes and ages, survival {alive_share.shape[:2]}.")
    older = np.empty_like(people) if out is None else out
    older[:, 0] = 0
    np.multiply(people[:, :-1], alive_share[:, 1:], out=older[:, 1:])
    older[:, -1] += people[:, -1] * alive_share[:, -1]
    return older


def births(women_before: Array, women_after: Array, births_per_woman: Array) -> Array:
    """Children born in the five years.

    women_before, women_after  thousand women aged 15-49 at both ends, shape (7,) or (7, scenario)
    births_per_woman           births a year per woman, shape (7,)
    returns                    thousand children, shape () or (scenario,)
    """
    return np.asarray(STEP_YEARS / 2 * (births_per_woman @ (women_before + women_after)))


def split_births(children: Array, boys_per_100_girls: Array) -> tuple[Array, Array]:
    """Girls and boys among the children.

    children            thousand, any shape
    boys_per_100_girls  shape that goes with it
    returns             (girls, boys), which add up to the children
    """
    girls = children * 100 / (100 + boys_per_100_girls)
    return girls, children - girls


def step(
    people: Array, rates: Rates, period: int, fertility_factor: Array, boys_per_100_girls: Array, out: Array
) -> None:
    """Five years on: half of the movers come, all survive, the other half come, children are born.

    people              thousand persons, shape (sex, age, scenario)
    period              number of the period in the rates, from 0
    fertility_factor    times the rates' fertility, shape (scenario,)
    boys_per_100_girls  at birth, shape (scenario,)
    out                 where the thousand persons five years on are written, shape of people
    """
    half_of_movers = rates.movers_thousand[period] / 2
    alive_share = rates.alive_share[period]
    # Survival is proportional, so movers can be carried on their own: a small array instead of one per scenario.
    movers_at_the_end = survive(half_of_movers, alive_share) + half_of_movers
    older = survive(people, alive_share[:, :, None], out)
    older += movers_at_the_end[:, :, None]
    children = births(people[FEMALE, MOTHERS], older[FEMALE, MOTHERS], rates.births_per_woman[period])
    girls, boys = split_births(children * fertility_factor, boys_per_100_girls)
    older[FEMALE, 0] += girls * alive_share[FEMALE, 0]
    older[MALE, 0] += boys * alive_share[MALE, 0]


def as_estimated(rates: Rates) -> Paths:
    """The path of the rates themselves: nothing changed."""
    return Paths(np.ones(len(rates.years) - 1), rates.boys_per_100_girls)


def project(rates: Rates, paths: Paths | None = None) -> Projection:
    """The population through all periods of the rates, along one path or many.

    rates    of P periods
    paths    shape (P,) or (scenario, P); left out, births go as in the rates
    returns  Projection with people of shape (P + 1, 2, 21) or (scenario, P + 1, 2, 21)
    raises   ShapeError when the paths have another number of periods
    """
    paths = paths or as_estimated(rates)
    periods = len(rates.years) - 1
    if paths.fertility_factor.shape[-1] != periods:
        raise ShapeError(f"The paths have {paths.fertility_factor.shape[-1]} periods, the rates {periods}.")
    factor = np.ascontiguousarray(np.atleast_2d(paths.fertility_factor).T)
    sex_ratio = np.ascontiguousarray(np.atleast_2d(paths.boys_per_100_girls).T)
    people = np.empty((periods + 1, *rates.start_thousand.shape, factor.shape[1]))
    people[0] = rates.start_thousand[:, :, None]
    for period in range(periods):
        step(people[period], rates, period, factor[period], sex_ratio[period], out=people[period + 1])
    one_path = paths.fertility_factor.ndim == 1
    return Projection(rates.years, people[..., 0] if one_path else np.moveaxis(people, -1, 0))
