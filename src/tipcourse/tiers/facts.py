"""What must be known before a tier can be told, and in what form does the answer come?

Facts coded by the reader and a government's history in; a Ruling with reasons and citations out. Every fact is yes, no
or not known (True, False, None). Not here: the rules themselves.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

from tipcourse import data
from tipcourse.errors import OutOfRange, UnknownName, did_you_mean
from tipcourse.findings import Finding

TIERS = ("1", "2", "2WL", "3")
TIER_NAMES = {"1": "Tier 1", "2": "Tier 2", "2WL": "Tier 2 Watch List", "3": "Tier 3"}


@dataclass(frozen=True)
class History:
    """One government's printed tiers by report year; None, like a year that is missing, is not known."""

    government: str
    tiers: Mapping[int, str | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for year, tier in self.tiers.items():
            if tier is not None and tier not in TIERS:
                raise OutOfRange(
                    f"The tier of {year} is {tier!r}. A tier is '1', '2', '2WL' or '3', or None if unknown."
                )

    def tier(self, year: int) -> str | None:
        """The tier in the report of that year, None when not known."""
        return self.tiers.get(year)

    def before(self, year: int) -> History:
        """The history as it stood when the report of that year was written."""
        return History(self.government, {y: t for y, t in self.tiers.items() if y < year})


@dataclass(frozen=True)
class Facts:
    """What a reader finds about one government in one reporting period; None is not known.

    meets_standards      all four minimum standards are met
    significant_efforts  the government makes significant efforts to meet them
    policy_or_pattern    there is a government policy or pattern of trafficking or forced labour (looked at since 2019)
    very_many_victims    the number of victims is very significant or rises significantly
    proportional_action  the government answers that number with proportional concrete action (looked at since 2019)
    increasing_efforts   there is evidence of increasing efforts over the year before
    promises_only        the finding of significant efforts rests on promises for the next year (looked at until 2019)
    waiver               the President waives the two-year limit this year
    """

    meets_standards: bool | None = None
    significant_efforts: bool | None = None
    policy_or_pattern: bool | None = None
    very_many_victims: bool | None = None
    proportional_action: bool | None = None
    increasing_efforts: bool | None = None
    promises_only: bool | None = None
    waiver: bool | None = None


@dataclass(frozen=True)
class Ruling:
    """What the rules say about one government in one report.

    tier                the tier, or None where the known facts leave more than one
    possible            every tier that the known facts leave open, from 1 to 3
    special_watch_list  is the government on the special watch list, which also holds fresh upgrades; None: not known
    """

    government: str
    report_year: int
    tier: str | None
    possible: tuple[str, ...]
    special_watch_list: bool | None
    findings: tuple[Finding, ...]

    def __str__(self) -> str:
        names = " or ".join(TIER_NAMES[t] for t in self.possible)
        lines = [f"{self.government}, report of {self.report_year}: {names}"]
        return "\n".join(lines + [f"- {finding}" for finding in self.findings])


def history(code: str) -> History:
    """The history of one of the 21 governments of the table tier_history, by its code of three letters.

    raises UnknownName with near names
    """
    histories = _histories()
    if code not in histories:
        codes = sorted(histories)
        raise UnknownName(f"No tier history for '{code}'.{did_you_mean(code, codes)} The codes are {', '.join(codes)}.")
    known = histories[code]
    return History(known.government, dict(known.tiers))


@cache
def _histories() -> dict[str, History]:
    """Every government's history by its code: a copy of the whole table for each question would be slow."""
    found = {}
    for code, rows in data.load("tier_history").groupby("iso3"):
        tiers = rows["tier"].astype(object).where(rows["tier"].notna(), None)
        years = dict(zip(rows["report_year"].astype(int), tiers, strict=True))
        found[str(code)] = History(str(rows["government"].iloc[0]), years)
    return found
