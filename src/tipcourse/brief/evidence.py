"""Can a reader find each row of an evidence table again?

A row is a mapping with the keys of FIELDS. Every check answers yes, no or does not apply (None), with a reason.
  proposal    which proposal of the interview it is about, for example 'hukou'
  role        one of ROLES
  source      a document ('interview', 'commission'), a table of the course, or a stated position such as 'P303'
  words       exact words of the document; empty for a table
  number      a number, or None where the row has none
  unit, year, definition   what a number needs: 'persons', 2015, 'convicted under the narrow offence'
                           (the year of the table's row that holds the number, where it names one; in a document, of the event)
Not here: whether the evidence supports the proposal.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import pandas as pd

from tipcourse import data, sources
from tipcourse.errors import did_you_mean
from tipcourse.sources import reading

FIELDS = ("proposal", "role", "source", "words", "number", "unit", "year", "definition")
ROLES = ("supports", "limits", "other side")
FIRST_YEAR, LAST_YEAR = 1900, 2100
DEFINITION_WORDS = 3
YEAR_COLUMNS = ("year", "report_year")
# The documents' counts, with the year that the sentence around each gives it (not the day on which a page was put on a site).
YEARS_IN_DOCUMENTS = {
    "interview": {1756: 2016, 2076: 2015},
    "commission": {6000: 2009, 2169: 2009, 3851: 2009, 60: 2009, 3: 2009},
}
IN_ORDER = "In order."


@dataclass(frozen=True)
class Finding:
    """One check of one row (counted from 0): met is None where the check does not apply."""

    row: int
    field: str
    met: bool | None
    because: str  # what is needed, or why it does not apply; IN_ORDER where the check is met


@cache
def _positions() -> dict[str, str]:
    table = data.load("positions")
    return dict(zip(table["position_id"].astype(str), table["quote"].fillna("").astype(str), strict=True))


@cache
def _table_numbers(name: str) -> frozenset[float]:
    table = data.load(name)
    kinds = pd.api.types
    numeric = [c for c in table.columns if kinds.is_numeric_dtype(table[c]) and not kinds.is_bool_dtype(table[c])]
    columns = [table[c].dropna() for c in numeric]
    return frozenset(float(value) for column in columns for value in column)


@cache
def _years_beside(name: str, number: float) -> frozenset[int]:
    """Years of the table's rows, or of the document's sentence, that hold the number; empty where one names no year."""
    if name in sources.names():
        of_count = YEARS_IN_DOCUMENTS[name]
        return frozenset({of_count[int(number)]} if number in of_count else ())
    table = data.load(name)
    column = next((c for c in YEAR_COLUMNS if c in table), None)
    if column is None:
        return frozenset()
    rows = table[(table.select_dtypes("number") == number).any(axis=1)]
    years = rows[column]
    if "last_day" in rows:  # a count that covers several years has the year of its last day
        years = years.fillna(pd.to_numeric(rows["last_day"].astype(str).str[:4], errors="coerce"))
    return frozenset() if years.isna().any() else frozenset(int(year) for year in years)


def _blank(value: Any) -> bool:
    return value is None or (isinstance(value, float) and value != value) or str(value).strip() == ""


def _source(name: str) -> tuple[bool, str]:
    known = [*sources.names(), *data.names(), *_positions()]
    if name in known:
        return True, IN_ORDER
    return False, f"No source '{name}'.{did_you_mean(name, known)} Name a document, a table or a position such as P303."


def _words(source: str, words: Any) -> tuple[bool | None, str]:
    if source not in sources.names():
        quoted = _positions().get(source, "")
        if _blank(words):
            return None, "Only the two documents must be quoted."
        return str(words) in quoted, f"The position {source} was read with the words “{quoted}”."
    if _blank(words):
        return False, f"Quote the words of the {source} that carry the row."
    if str(words) not in sources.document(source).text:
        return False, f"These words do not stand in the {source} letter for letter."
    if " ".join(str(words).split()) not in " ".join(reading.body(source).split()):
        return False, f"These words stand on the page, but not in the {source} itself: the site put them there."
    return True, IN_ORDER


def _number(source: str, words: Any, number: Any) -> tuple[bool | None, str]:
    if _blank(number):
        return None, "The row has no number."
    if source in sources.names():
        found = [n.value for n in reading.numbers(str(words))]
        return float(number) in found, f"The quoted words hold these numbers: {found or 'none'}."
    if source in data.names():
        return float(number) in _table_numbers(source), f"The number must be a cell of the table '{source}'."
    return False, "Take numbers from a document or a table, so that they can be found again."


def _needs(row: Mapping[str, Any]) -> list[tuple[str, bool | None, str]]:
    """unit, year and definition: needed where there is a number."""
    if _blank(row["number"]):
        return [(field, None, "The row has no number.") for field in ("unit", "year", "definition")]
    year, definition = row["year"], str(row["definition"] or "")
    right_year = isinstance(year, int) and not isinstance(year, bool) and FIRST_YEAR <= year <= LAST_YEAR
    why_not = f"Give the year as a whole number between {FIRST_YEAR} and {LAST_YEAR}."
    source, number = str(row["source"]), row["number"]
    in_table = source in data.names() and float(number) in _table_numbers(source)
    if right_year and (in_table or source in sources.names()):
        beside = _years_beside(source, float(number))
        right_year = not beside or year in beside
        place = f"table '{source}'" if in_table else source
        why_not = f"In the {place} this number stands with another year: {sorted(beside)}."
    long_enough = len(definition.split()) >= DEFINITION_WORDS
    return [
        ("unit", not _blank(row["unit"]), "Persons, cases, percent? A number without its unit says nothing."),
        ("year", right_year, why_not),
        ("definition", long_enough, f"Say in at least {DEFINITION_WORDS} words what counts as one."),
    ]


def check_row(row: Mapping[str, Any], place: int = 0) -> tuple[Finding, ...]:
    """Every check of one row, in the order of FIELDS without 'proposal' and 'role' when these are there.

    row      mapping with the keys of FIELDS
    place    number of the row, for the findings
    returns  Findings; a row that lacks keys gets one finding for each missing key and no more
    """
    missing = [field for field in FIELDS if field not in row]
    if missing:
        return tuple(
            Finding(place, field, False, f"The row lacks '{field}'. Write None where it is empty.") for field in missing
        )
    source = str(row["source"])
    checks: list[tuple[str, bool | None, str]] = [
        ("proposal", not _blank(row["proposal"]), "Say which proposal the row is about."),
        ("role", row["role"] in ROLES, f"The role is one of: {', '.join(ROLES)}."),
        ("source", *_source(source)),
        ("words", *_words(source, row["words"])),
        ("number", *_number(source, row["words"], row["number"])),
        *_needs(row),
    ]
    return tuple(Finding(place, field, met, IN_ORDER if met else because) for field, met, because in checks)


def check_table(rows: Iterable[Mapping[str, Any]]) -> tuple[Finding, ...]:
    """Every check of every row."""
    return tuple(finding for place, row in enumerate(rows) for finding in check_row(row, place))


def all_met(findings: Iterable[Finding]) -> bool:
    """True when no check failed; checks that do not apply are left out."""
    return all(finding.met is not False for finding in findings)
