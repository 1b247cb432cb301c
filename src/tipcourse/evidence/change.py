"""By how much did a count change, and may the two counts be compared at all?

Two counts in, a Change out. Counts of different baskets are refused: a basket is what one body counted, by one
definition, in one kind of period. Not here: why a count changed. Fewer convictions may mean less crime, less effort,
fewer reports or another way of counting; the number alone cannot tell.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd

from tipcourse.errors import OutOfRange, TipcourseError, UnknownName, did_you_mean

Z95 = 1.959963984540054  # 97.5% point of the normal distribution


class DifferentBaskets(TipcourseError, ValueError):
    """Two counts that were made by different bodies or definitions."""


@dataclass(frozen=True)
class Count:
    """One published count: how many, in which year, in which basket."""

    value: float
    year: int
    basket: str


@dataclass(frozen=True)
class Change:
    """From one count to a later one: the difference in people or cases, and in percent of the earlier count."""

    before: Count
    after: Count
    difference: float
    percent: float


def yearly_count(table: pd.DataFrame, basket: str, year: int, measure: str = "convicted") -> Count:
    """One yearly count out of the table `enforcement_counts`.

    raises UnknownName when the basket has no such measure in that year; a missing year is not a zero
    """
    known = sorted(table["basket"].unique())
    if basket not in known:
        raise UnknownName(f"No basket '{basket}'.{did_you_mean(basket, known)} The baskets are: {', '.join(known)}.")
    rows = table[(table["basket"] == basket) & (table["measure"] == measure) & (table["year"] == year)]
    if rows.empty:
        years = sorted(table[(table["basket"] == basket) & (table["measure"] == measure)]["year"].dropna().unique())
        have = ", ".join(str(y) for y in years) or "none"
        raise UnknownName(f"Basket '{basket}' has no '{measure}' for {year}. It has these years: {have}.")
    return Count(float(rows["value"].iloc[0]), int(year), basket)


def percent_change(before: float, after: float) -> float:
    """Percent by which `after` differs from `before`; the earlier number is the base.

    before   above 0
    after    0 or more
    returns  percent, -100 or more
    """
    if before <= 0 or after < 0:
        raise OutOfRange(f"Got {before} -> {after}. The first count must be above 0, the second not below 0.")
    return 100 * (after - before) / before


def change(before: Count, after: Count) -> Change:
    """The change between two counts of one basket; DifferentBaskets when they come from two."""
    if before.basket != after.basket:
        raise DifferentBaskets(
            f"'{before.basket}' ({before.year}) and '{after.basket}' ({after.year}) count different things. "
            "Compare two years of one basket, or say that no comparison is possible."
        )
    return Change(before, after, after.value - before.value, percent_change(before.value, after.value))


def ratio_interval(before: float, after: float, z: float = Z95) -> tuple[float, float]:
    """Interval for the ratio after / before if both were pure counting noise (Poisson) around a steady rate.

    before, after  counts, both above 0
    returns        (low, high), ratio; 1 means no change
    source         large-sample interval on the log scale; see Rothman, Greenland and Lash, Modern Epidemiology
    """
    if before <= 0 or after <= 0:
        raise OutOfRange(f"Got {before} and {after}. Both counts must be above 0 for a ratio on the log scale.")
    half = z * math.sqrt(1 / before + 1 / after)
    return after / before * math.exp(-half), after / before * math.exp(half)
