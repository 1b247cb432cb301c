"""Whom do China's action plans against trafficking cover, and on which day was one issued and running?

The plans are a table (action_plans). A plan runs from the day it was issued to the end of its last year; the years in
its title may begin earlier. Not here: what a plan achieved.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from tipcourse import data
from tipcourse.errors import OutsideTheRule, UnknownName, did_you_mean

GROUPS = ("women", "children", "men")


def plan_on(day: dt.date, place: str = "China") -> dict[str, Any]:
    """The plan that ran on that day, as one row of the table.

    place   'China' for the national plans, or a province with a plan in the table
    raises  UnknownName for a place without a plan in the table, OutsideTheRule for a day without an issued plan
    """
    table = data.load("action_plans")
    places = list(dict.fromkeys(table["place"]))
    if place not in places:
        raise UnknownName(
            f"No plan of '{place}' in the table.{did_you_mean(place, places)} It holds: {', '.join(places)}."
        )
    for row in table[table["place"] == place].to_dict("records"):
        if row["issued"] <= day <= dt.date(row["last_year"], 12, 31):
            return {str(key): value for key, value in row.items()}
    raise OutsideTheRule(
        f"On {day} no issued plan of {place} was running. The table's plans say from when to when they ran."
    )


def covers(group: str, day: dt.date, place: str = "China") -> bool:
    """Did the plan that ran that day cover 'women', 'children' or 'men'? Errors as in plan_on."""
    if group not in GROUPS:
        raise UnknownName(f"No group '{group}'.{did_you_mean(group, GROUPS)} Groups are: {', '.join(GROUPS)}.")
    return str(plan_on(day, place)[f"covers_{group}"]) == "yes"
