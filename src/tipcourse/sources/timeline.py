"""What happened when, across all units?

The dates already stand in the units' dated rules and tables. This module gathers them when it is called and keeps
none of its own, so a date can be wrong in one place only. Not here: which event caused which.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import pandas as pd
import yaml

from tipcourse import data
from tipcourse.errors import UnknownName

UNIT_OF_MODEL = {"law": 1, "hukou": 2, "tiers": 3, "population": 4, "evidence": 5, "remedy": 6}
COLUMNS = ["day", "precision", "unit", "what", "source", "from"]


@dataclass(frozen=True)
class Dated:
    """Where a table keeps its dates: unit of the course, column of the date, words for the event, column of the source.

    what    a sentence with column names in braces
    source  '' where the whole table has one source
    """

    unit: int
    date: str
    what: str
    source: str


TABLES = {
    "commission_entries": Dated(0, "event_date", "in the commission’s page: {about}", ""),
    "law_timeline": Dated(1, "day", "{name}: {event}", "source"),
    "hukou_timeline": Dated(2, "date", "{event}", "source"),
    "tvpa_acts": Dated(3, "became_law", "became law: {name}", ""),
    "presidential_determinations": Dated(3, "signed", "presidential determination {number}", "source"),
    "birth_policy_timeline": Dated(4, "date", "{event}", "source"),
    "enforcement_timeline": Dated(5, "date", "{event}", "source"),
    "remedy_timeline": Dated(6, "date", "{what}", "source"),
}
# Tables with dates that are no events of the course's story, and why.
LEFT_OUT = {
    "positions": "days on which somebody said something",
    "enforcement_counts": "periods over which something was counted",
    "crackdown_counts": "periods over which something was counted",
    "action_plans": "the national plans stand in law_timeline, with their days",
    "detention_systems": "its days stand in remedy_timeline",
}


def _day(written: Any) -> tuple[dt.date, str] | None:
    """A date as written (2015, 2015-04, 2015-04-30) as its first day and its precision; None for anything else."""
    parts = str(written).strip().split("-")
    if not 1 <= len(parts) <= 3 or not all(part.isdigit() for part in parts) or len(parts[0]) != 4:
        return None
    year, month, day = (*map(int, parts), 1, 1)[:3]
    return dt.date(year, month, day), ("year", "month", "day")[len(parts) - 1]


def _from_tables() -> Iterator[dict[str, Any]]:
    for name, where in TABLES.items():
        table = data.load(name)
        fallback = data.source_line(name)
        for row in table.to_dict("records"):
            found = None if pd.isna(row[where.date]) else _day(row[where.date])
            if found:
                source = str(row[where.source]) if where.source and not pd.isna(row[where.source]) else fallback
                yield dict(
                    zip(
                        COLUMNS,
                        (*found, where.unit, where.what.format_map(row), source, f"table {name}"),
                        strict=True,
                    )
                )


def _from_rules() -> Iterator[dict[str, Any]]:
    for model, unit in UNIT_OF_MODEL.items():
        folder = files("tipcourse").joinpath(model, "rules")
        for file in sorted(folder.iterdir(), key=lambda f: f.name) if folder.is_dir() else ():
            rules = yaml.safe_load(file.read_text(encoding="utf-8")) if file.name.endswith(".yaml") else None
            for rule in rules.values() if isinstance(rules, dict) else ():
                if not isinstance(rule, dict) or not {"question", "values"} <= set(rule):
                    continue
                for since, answer in rule["values"].items():
                    found = _day(since)
                    if found:
                        what = _answer(rule["question"], answer["value"], rule.get("unit", ""))
                        place = f"rule {model}/{file.name}"
                        yield dict(zip(COLUMNS, (*found, unit, what, answer["cite"], place), strict=True))


def _answer(question: str, value: Any, unit: str) -> str:
    """The question with the answer that begins on that day; a long answer is left to the unit."""
    if isinstance(value, bool):
        return f"{question}: {'yes' if value else 'no'}"
    if isinstance(value, int | float):
        return f"{question}: {value} {unit}".strip()
    if isinstance(value, str) and len(value) <= 80:
        return f"{question}: {value}"
    return f"{question}: a new answer begins"


@cache
def _all() -> pd.DataFrame:
    rows = pd.DataFrame([*_from_tables(), *_from_rules()], columns=COLUMNS)
    return rows.drop_duplicates(["day", "unit", "what"]).sort_values(["day", "unit", "what"], ignore_index=True)


def timeline(unit: int | None = None) -> pd.DataFrame:
    """Every dated rule and event of the course, earliest first.

    unit     0-7 for one unit, None for all
    returns  frame: day (first day that fits), precision ('day', 'month' or 'year'), unit, what, source, from
    raises   UnknownName for any other unit
    """
    if unit is not None and unit not in range(8):
        raise UnknownName(f"No unit {unit!r}. Units have the numbers 0 to 7.")
    rows = _all().copy()
    return rows if unit is None else rows[rows["unit"] == unit].reset_index(drop=True)
