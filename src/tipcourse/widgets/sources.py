"""The date explorer: what would the commission's page have told a reader on a given day?"""

from __future__ import annotations

import datetime as dt

from tipcourse import data
from tipcourse.figures.sources import FIRST_YEAR, LAST_YEAR, known_by_svg, two_dates
from tipcourse.sources.reading import known_by
from tipcourse.widgets.base import Live, choice, live, slider

CHOICES = [
    ("the day it happened", "event_date"),
    ("the day above the entry", "entry_date"),
    ("the day below the entry (posted or changed)", "posted_date"),
]


def date_explorer() -> Live:
    """A slider over months and a choice of date; the picture shows which entries existed by then."""
    table = data.load("commission_entries")
    rows = table.to_dict("records")
    dated = {  # (entry, day) of every entry that ever counts, asked and sorted once so that moving stays quick
        column: sorted(zip(found["entry_id"], found[column], strict=True))
        for _, column in CHOICES
        for found in [known_by(dt.date(LAST_YEAR, 12, 31), column)]
    }

    def month_start(months: int) -> dt.date:
        return dt.date(FIRST_YEAR + months // 12, months % 12 + 1, 1)

    def picture(months: int, column: str) -> str:
        return known_by_svg(rows, month_start(months), column)

    def readout(months: int, column: str) -> str:
        day = month_start(months)
        ids = ", ".join(entry for entry, when in dated[column] if when <= day) or "none"
        return f"You stand on {day.day} {day:%B %Y}. Entries dated by then: {ids}."

    last = 12 * (LAST_YEAR - FIRST_YEAR) - 1
    controls = {
        "months": slider(f"Months since January {FIRST_YEAR}", 0, last, 36),
        "column": choice("Count an entry from", CHOICES),
    }
    return live(picture, controls, readout, static=two_dates(table))
