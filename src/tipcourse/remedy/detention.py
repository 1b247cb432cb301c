"""Which ways of detaining people without a court stood on a day, and what did their rules allow?

A day goes in; the systems that stood, or the dated answer to one question, comes out.
Not here: how many people were held. No count that could be read carries that (see the lesson).
"""

from __future__ import annotations

import datetime as dt

import pandas as pd

from tipcourse import data
from tipcourse.dated import Answer, find_rule, load_rules


def systems() -> pd.DataFrame:
    """All systems in the course, one a row, with first and last day where known."""
    return data.load("detention_systems")


def standing(on: dt.date) -> dict[str, bool | None]:
    """Whether each system stood on that day.

    on       the day
    returns  system -> True, False, or None: the first day is not known and no source shows it in operation that early
    source   table detention_systems
    """
    answers: dict[str, bool | None] = {}
    for row in systems().to_dict("records"):
        name = str(row["system"])
        if pd.notna(row["last_day"]) and on > row["last_day"]:
            answers[name] = False
        elif pd.notna(row["first_day"]):
            answers[name] = bool(on >= row["first_day"])
        else:
            answers[name] = True if on.year > row["operating_by"] else None
    return answers


def rule(name: str, on: dt.date) -> Answer:
    """The dated answer to a question about detention or suing.

    name    reeducation_longest_years, drug_rehabilitation_longest_years, days_to_register_a_suit or months_to_sue
    raises  UnknownName for another name; OutsideTheRule for a day on which there was no such rule
    """
    return find_rule(load_rules("tipcourse.remedy", "rules/detention.yaml"), name).on(on)
