"""How much do a few cases say about a share?

So many out of so many in, an Interval out. The textbook (Wald) interval is here to be seen failing.
Not here: whether the cases are a random draw. An interval says nothing about cases that were chosen.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from tipcourse.errors import OutOfRange


@dataclass(frozen=True)
class Interval:
    """A share with its lower and upper limit. Limits of the Wald method may fall outside 0-1: that is its fault."""

    low: float
    share: float
    high: float
    level: float
    method: str


def _check(cases: int, total: int, level: float) -> None:
    if total < 1 or not 0 <= cases <= total:
        raise OutOfRange(f"Got {cases} of {total}. The total is 1 or more, the cases lie between 0 and it.")
    if not 0 < level < 1:
        raise OutOfRange(f"Got the level {level}. Give a share between 0 and 1, for example 0.95.")


def normal_point(level: float) -> float:
    """How many standard errors to each side the level needs: 1.96 for 0.95."""
    return NormalDist().inv_cdf(0.5 + level / 2)


def wald(cases: int, total: int, level: float = 0.95) -> Interval:
    """The textbook interval, share plus or minus z standard errors; poor for few cases."""
    _check(cases, total, level)
    share = cases / total
    half = normal_point(level) * math.sqrt(share * (1 - share) / total)
    return Interval(share - half, share, share + half, level, "Wald")


def wilson(cases: int, total: int, level: float = 0.95) -> Interval:
    """Wilson's score interval: every share that the data would not reject. Stays inside 0-1.

    source  Wilson 1927; Brown, Cai and DasGupta 2001, Statistical Science 16, recommend it for small totals
    """
    _check(cases, total, level)
    z = normal_point(level)
    share = cases / total
    middle = (share + z * z / (2 * total)) / (1 + z * z / total)
    half = z / (1 + z * z / total) * math.sqrt(share * (1 - share) / total + z * z / (4 * total * total))
    return Interval(max(0.0, middle - half), share, min(1.0, middle + half), level, "Wilson")


def _chances(total: int, share: float) -> np.ndarray:
    """Binomial chance of 0, 1, ... total cases."""
    if share in (0.0, 1.0):
        return np.eye(total + 1)[0 if share == 0.0 else total]
    k = np.arange(total + 1)
    ways = np.array([math.lgamma(total + 1) - math.lgamma(j + 1) - math.lgamma(total - j + 1) for j in k])
    return np.exp(ways + k * math.log(share) + (total - k) * math.log1p(-share))


def _solve(rising: Callable[[float], float], target: float) -> float:
    """The share at which a rising function reaches the target."""
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if rising(middle) < target else (low, middle)
    return (low + high) / 2


def clopper_pearson(cases: int, total: int, level: float = 0.95) -> Interval:
    """The 'exact' interval: never covers less often than it promises, so it is wide.

    source  Clopper and Pearson 1934, Biometrika 26
    """
    _check(cases, total, level)
    tail = (1 - level) / 2
    low = 0.0 if cases == 0 else _solve(lambda p: float(_chances(total, p)[cases:].sum()), tail)
    high = 1.0 if cases == total else _solve(lambda p: 1 - float(_chances(total, p)[: cases + 1].sum()), 1 - tail)
    return Interval(low, cases / total, high, level, "Clopper-Pearson")


def coverage(method: Callable[[int, int, float], Interval], total: int, share: float, level: float = 0.95) -> float:
    """How often the method's interval holds the true share, summed over all outcomes (no simulation), 0-1."""
    _check(0, total, level)
    if not 0 <= share <= 1:
        raise OutOfRange(f"Got the share {share}. A share lies between 0 and 1.")
    chances = _chances(total, share)
    found = [method(cases, total, level) for cases in range(total + 1)]
    return float(sum(chances[cases] for cases, it in enumerate(found) if it.low - 1e-12 <= share <= it.high + 1e-12))
