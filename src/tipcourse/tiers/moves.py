"""How often does a government move from one tier to another, and how firm is that number?

Pairs of neighbouring years in which both tiers are known, counted. Not here: a forecast. 21 chosen governments are
not a sample of all, and a year of one government is not independent of its next.
"""

from __future__ import annotations

import pandas as pd

from tipcourse import data
from tipcourse.errors import OutOfRange
from tipcourse.tiers.clock import FIRST_COUNTED_REPORT, watch_list_clock
from tipcourse.tiers.facts import TIERS, history


def pairs(first: int = 2001, last: int = 2025) -> pd.DataFrame:
    """One row per pair of neighbouring report years with both tiers known.

    first, last  report years, both inside; the pair is kept when both of its years are
    returns      columns iso3, report_year (of the second report), before, after
    """
    if not 2001 <= first < last <= 2025:
        raise OutOfRange(f"Years {first} to {last} came. Choose two between 2001 and 2025, the first one earlier.")
    table = data.load("tier_history").sort_values(["iso3", "report_year"])
    table = table[table["report_year"].between(first, last)]
    table["before"] = table.groupby("iso3")["tier"].shift()
    known = table.dropna(subset=["before", "tier"]).rename(columns={"tier": "after"})
    return known[["iso3", "report_year", "before", "after"]].reset_index(drop=True)


def transition_counts(first: int = 2001, last: int = 2025) -> pd.DataFrame:
    """Number of moves from the tier of the row to the tier of the column, shape (4, 4), tiers in order 1, 2, 2WL, 3."""
    moved = pairs(first, last)
    counts = pd.crosstab(moved["before"].astype(str), moved["after"].astype(str))
    return counts.reindex(index=list(TIERS), columns=list(TIERS), fill_value=0)


def share_without_each(before: str, after: str, first: int = 2001, last: int = 2025) -> pd.Series:
    """The share of moves from `before` that end in `after`, with one government at a time left out.

    returns  shares, 0-1, by code of the government left out: how much one government decides
    raises   OutOfRange when a tier does not exist
    """
    for tier in (before, after):
        if tier not in TIERS:
            raise OutOfRange(f"{tier!r} is no tier. Choose among {', '.join(TIERS)}.")
    moved = pairs(first, last)
    start = moved[moved["before"] == before]
    shares = {code: (start[start["iso3"] != code]["after"] == after).mean() for code in sorted(moved["iso3"].unique())}
    return pd.Series(shares, name=f"share of {before} to {after}").astype(float)


def moves_by_clock() -> pd.DataFrame:
    """Where governments on the Watch List went next, by how their clock stood when the next report was written.

    returns  counts, one row per state of the clock, one column per tier in the next report; reports from 2009 on
    """
    moved = pairs()
    listed = moved[(moved["before"] == "2WL") & (moved["report_year"] >= FIRST_COUNTED_REPORT)]
    states = [
        watch_list_clock(history(str(code)), int(year)).state
        for code, year in zip(listed["iso3"], listed["report_year"], strict=True)
    ]
    counts = pd.crosstab(pd.Series(states, name="clock"), listed["after"].astype(str).reset_index(drop=True))
    order = ["open", "waiver needed", "used up", "not known"]
    return counts.reindex(index=order, columns=list(TIERS), fill_value=0)
