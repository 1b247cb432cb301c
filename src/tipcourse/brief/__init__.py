"""Is a brief's evidence there, is it quoted exactly, and does its model run give the same numbers again?

`evidence` checks the rows of an evidence table; `runs` records a model run so that it can be repeated. Not here:
whether the evidence is good enough. That is the reader's judgement, with a rubric.
"""

from tipcourse.brief.evidence import FIELDS, ROLES, Finding, all_met, check_row, check_table
from tipcourse.brief.runs import Comparison, Record, Summary, record, repeat, replay, sum_up

__all__ = [
    "FIELDS", "ROLES", "Comparison", "Finding", "Record", "Summary", "all_met", "check_row", "check_table",
    "record", "repeat", "replay", "sum_up",
]  # fmt: skip
