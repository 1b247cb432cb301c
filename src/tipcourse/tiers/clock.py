"""How long may a government stay on the watch list?

A government on the Tier 2 Watch List for two reports in a row must move in the third: up, or down to Tier 3. A waiver
holds the clock for a while. The clock counts from the report of 2009, and the length of the waiver changed in 2019.
Not here: the special watch list also holds fresh upgrades that are printed as Tier 1 or 2; the clock counts the years
printed as Tier 2 Watch List, as the reports do.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from tipcourse.dated import DatedRule, load_rules
from tipcourse.errors import OutsideTheRule
from tipcourse.tiers.facts import History

FIRST_COUNTED_REPORT = 2009
State = Literal["open", "waiver needed", "used up", "not known"]


def report_day(report_year: int) -> dt.date:
    """The day by which the report of that year was due, the day on which we read the law.

    raises OutsideTheRule for a report before 2001: the Act is of October 2000
    """
    due = load_rules("tipcourse.tiers", "rules/lists.yaml")["report_due"]
    answer = due.on(dt.date(report_year, 6, 1))
    month, day = map(int, str(answer.value).split("-"))
    return dt.date(report_year, month, day)


def clock_rules() -> dict[str, DatedRule]:
    """The dated rules of the clock, by name."""
    return load_rules("tipcourse.tiers", "rules/clock.yaml")


@dataclass(frozen=True)
class Clock:
    """Where the clock stands when a report is written.

    years         report years in a row on the watch list before this report, counted from 2009; None: not known
    free_years    years allowed without a waiver
    waiver_years  further years allowed by waiver
    state         open: may stay; waiver needed: may stay only if waived; used up: must move; not known
    because       why, in one sentence
    cite          where the law says so
    """

    years: int | None
    free_years: int
    waiver_years: int
    state: State
    because: str
    cite: str


def watch_list_clock(past: History, on: int) -> Clock:
    """Where the clock stands for the report of year `on`, from the tiers of the years before.

    on      report year, 2009 or later
    raises  OutsideTheRule for a report before 2009: there was no limit yet
    """
    rules, day = clock_rules(), report_day(on)
    free, waived = rules["watch_list_years"].on(day), rules["waiver_years"].on(day)
    fewest, most = _run(past, on, unknown_counts=False), _run(past, on, unknown_counts=True)
    states = {_state(years, free.value, waived.value) for years in range(fewest, most + 1)}
    years = fewest if fewest == most else None
    state: State = states.pop() if len(states) == 1 else "not known"
    because = _because(years, state, free.value, waived.value)
    if state != "used up" and fewest > 0 and _returned(past, on - fewest) and stands(rules["years_after_return"], day):
        rule = rules["years_after_return"].on(day)
        because = (
            "It used up its years before, fell to Tier 3 and came back. Such a government may stay for one year only, "
            "but the text does not settle whether the year of the upgrade counts."
        )
        return Clock(years, free.value, waived.value, "not known", because, rule.cite)
    return Clock(years, free.value, waived.value, state, because, waived.cite if state != "open" else free.cite)


def _run(past: History, on: int, unknown_counts: bool) -> int:
    """Years in a row on the list up to the year before `on`, none before 2009; unknown years count or end the run."""
    year = on - 1
    while year >= FIRST_COUNTED_REPORT:
        tier = past.tier(year)
        if tier != "2WL" and not (tier is None and unknown_counts):
            break
        year -= 1
    return on - 1 - year


def _state(years: int, free_years: int, waiver_years: int) -> State:
    if years < free_years:
        return "open"
    return "waiver needed" if years < free_years + waiver_years else "used up"


def _returned(past: History, start: int) -> bool:
    """Did an earlier stay of at least two years, counted from 2009, end in Tier 3 before the year `start`?"""
    return any(past.tier(year) == "3" and _run(past, year, False) >= 2 for year in range(FIRST_COUNTED_REPORT, start))


def stands(rule: DatedRule, day: dt.date) -> bool:
    """Does the rule have an answer on that day?"""
    try:
        rule.on(day)
    except OutsideTheRule:
        return False
    return True


def _because(years: int | None, state: State, free: int, waived: int) -> str:
    if years is None:
        return "At least one tier of the years before is not known, so the years in a row cannot be counted."
    stood = f"{years} report year{'' if years == 1 else 's'} in a row on the watch list, counted from 2009."
    longer = f"{waived} year{'' if waived == 1 else 's'}"
    return {
        "open": f"{stood} The limit is {free}.",
        "waiver needed": f"{stood} The limit is {free}; a waiver may add up to {longer} in all.",
        "used up": f"{stood} The limit is {free}, and a waiver could add no more than {longer} in all: it must move.",
        "not known": stood,
    }[state]
