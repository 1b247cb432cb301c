"""The tier system of the Trafficking Victims Protection Act as dated rules, with citations.

`next_tier` rules on one government in one report; `watch_list_clock` says how long it may stay on the watch list;
`consequences` says what Tier 3 brings. Not here: whether a ranking is deserved.
"""

from tipcourse.findings import Finding
from tipcourse.tiers.clock import Clock, report_day, watch_list_clock
from tipcourse.tiers.consequences import consequences, determination_window, fiscal_year
from tipcourse.tiers.facts import TIER_NAMES, TIERS, Facts, History, Ruling, history
from tipcourse.tiers.moves import moves_by_clock, pairs, share_without_each, transition_counts
from tipcourse.tiers.ruling import next_tier
from tipcourse.tiers.standards import indicia, minimum_standards

__all__ = [
    "TIERS", "TIER_NAMES", "Clock", "Facts", "Finding", "History", "Ruling", "consequences", "determination_window",
    "fiscal_year", "history", "indicia", "minimum_standards", "moves_by_clock", "next_tier", "pairs", "report_day", "share_without_each",
    "transition_counts", "watch_list_clock",
]  # fmt: skip
