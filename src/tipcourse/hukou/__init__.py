"""Who lives where they are not registered, and what would that do to someone in a coercive job?

gap         the distance between where people live and where they are registered, within one definition
status      what national law said about staying and working away from the registered address, on a day
settlement  what national guidance told cities of a size about settlement, on a day
silence     workers, employers and help-seeking: a closed form; its parameters are hypothetical
simulate    the same model with people in it, drawn at random
reforms     scenarios, sensitivity, and two worlds that look the same and answer a reform differently

Nothing here measures trafficking: no published figure by registration was found.
"""

from tipcourse.hukou.gap import gap_million, gap_points, gap_table, peak_gap
from tipcourse.hukou.reforms import REFORMS, Reform, apply_reform, sensitivity, two_worlds
from tipcourse.hukou.settlement import City, Person, SettlementPolicy, city_class, settlement_policy
from tipcourse.hukou.silence import HYPOTHETICAL, World, complaint_chance, expected_share, long_run_share, shares
from tipcourse.hukou.simulate import Run, simulate, step
from tipcourse.hukou.status import away_from_home

__all__ = [
    "HYPOTHETICAL",
    "REFORMS",
    "City",
    "Person",
    "Reform",
    "Run",
    "SettlementPolicy",
    "World",
    "apply_reform",
    "away_from_home",
    "city_class",
    "complaint_chance",
    "expected_share",
    "gap_million",
    "gap_points",
    "gap_table",
    "long_run_share",
    "peak_gap",
    "sensitivity",
    "settlement_policy",
    "shares",
    "simulate",
    "step",
    "two_worlds",
]
