"""The watch-list clock: choose a government, a report and its facts, and see the tier, the clock and the reasons."""

from __future__ import annotations

from functools import cache

from tipcourse import data
from tipcourse.figures.tiers import china_history, clock_picture
from tipcourse.tiers import Facts, History, Ruling, history, next_tier, watch_list_clock
from tipcourse.widgets.base import Live, choice, live, slider

ANSWERS = [("yes", True), ("no", False), ("not known", None)]
YEARS_SHOWN = 8


@cache
def _past(code: str) -> History:
    return history(code)


def ruling(
    code: str, report: int, meets: bool | None, efforts: bool | None, pattern: bool | None, listed: bool | None,
    waiver: bool | None,
) -> Ruling:  # fmt: skip
    """The ruling on the settings of the controls; `listed` stands for all watch-list criteria together."""
    facts = Facts(
        meets_standards=meets,
        significant_efforts=efforts,
        policy_or_pattern=pattern,
        very_many_victims=False,
        increasing_efforts=None if listed is None else not listed,
        promises_only=False,
        waiver=waiver,
    )
    return next_tier(_past(code), facts, on=report)


def _picture(code: str, report: int, **facts: bool | None) -> str:
    past, clock = _past(code), watch_list_clock(_past(code), report)
    shown = {year: past.tier(year) for year in range(report - YEARS_SHOWN, report)}
    return clock_picture(shown, ruling(code, report, **facts), clock.years, clock.free_years + clock.waiver_years)


def _readout(code: str, report: int, **facts: bool | None) -> str:
    return str(ruling(code, report, **facts))


def watch_list_clock_live(code: str = "CHN", report: int = 2017) -> Live:
    """The live picture, starting at one government and report (2009 to 2025).

    Where widgets cannot run, the first ruling and China's history stand in, with its table.
    """
    tiers = data.load("tier_history")
    names = dict(zip(tiers["government"], tiers["iso3"], strict=True))
    controls = {
        "code": choice("Government", list(names.items()), code),
        "report": slider("Report year", 2009, 2025, report),
        "meets": choice("Meets the minimum standards", ANSWERS, False),
        "efforts": choice("Makes significant efforts", ANSWERS, True),
        "pattern": choice("Policy or pattern of trafficking (counts since 2019)", ANSWERS, False),
        "listed": choice("A watch-list criterion is met", ANSWERS, True),
        "waiver": choice("The two-year limit is waived", ANSWERS, False),
    }
    still = china_history(
        tiers[tiers["iso3"] == "CHN"], data.load("tvpa_acts"), data.load("presidential_determinations")
    )
    return live(_picture, controls, _readout, still)
