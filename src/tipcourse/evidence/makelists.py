"""What would the lists look like if we knew the truth?

A true number, the share that each list reaches, and how the lists depend on each other in; made-up lists out. Every
number here is hypothetical. Dependence is an odds ratio: 1 means independent, above 1 that being on one list makes
the other likelier (a shelter that refers people to the police), below 1 the reverse (people who avoid the police).
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from tipcourse.errors import OutOfRange
from tipcourse.evidence.manylists import ListTable, patterns
from tipcourse.evidence.recapture import TwoLists


def cell_shares(shares: Mapping[str, float], odds: Mapping[str, float] | None = None) -> np.ndarray:
    """The share of people with each combination of lists.

    shares   list name -> share of all people that it reaches, between 0 and 1
    odds     'A:B' -> odds ratio of that pair, above 0; pairs not named are independent given the others
    returns  shares that sum to 1, shape (2 ** number of lists,), in the order of patterns(); the first is 'on no list'
    source   iterative proportional fitting, Deming and Stephan 1940, which keeps the odds ratios it starts from
    """
    names = list(shares)
    if any(not 0 < share < 1 for share in shares.values()) or any(ratio <= 0 for ratio in (odds or {}).values()):
        raise OutOfRange(f"Got shares {dict(shares)} and odds {odds}. Shares lie between 0 and 1, odds ratios above 0.")
    on = patterns(len(names))
    cells = np.ones(len(on))
    for pair, ratio in (odds or {}).items():
        one, other = pair.split(":")
        cells[(on[:, names.index(one)] == 1) & (on[:, names.index(other)] == 1)] *= ratio
    cells /= cells.sum()
    for _ in range(500):
        before = cells
        for column, share in enumerate(shares.values()):
            listed = on[:, column] == 1
            reached = cells[listed].sum()
            cells = np.where(listed, cells * share / reached, cells * (1 - share) / (1 - reached))
        if np.allclose(cells, before, rtol=1e-12, atol=0):
            break
    return cells


def expected_pair(size: float, first: float, second: float, odds: float = 1.0) -> TwoLists:
    """Two lists as they would be on average, rounded to whole people."""
    cells = cell_shares({"A": first, "B": second}, {"A:B": odds})
    a, b, both = round(size * first), round(size * second), round(size * float(cells[3]))
    return TwoLists(a, b, min(a, b, both))


def draw_pairs(
    size: int, first: float, second: float, odds: float, draws: int, rng: np.random.Generator
) -> list[TwoLists]:
    """Many pairs of lists drawn from one made-up population of `size` people."""
    cells = cell_shares({"A": first, "B": second}, {"A:B": odds})
    drawn = rng.multinomial(size, cells / cells.sum(), size=draws)
    return [TwoLists(int(a + ab), int(b + ab), int(ab)) for _, b, a, ab in drawn]


def draw_lists(
    size: int, shares: Mapping[str, float], odds: Mapping[str, float] | None, rng: np.random.Generator
) -> ListTable:
    """One made-up table of overlaps: how many people have each combination of lists (those on none are left out)."""
    cells = cell_shares(shares, odds)
    counts = rng.multinomial(size, cells / cells.sum())
    return ListTable(tuple(shares), tuple(int(c) for c in counts[1:]))
