"""What follows when a government stands on Tier 3?

A duty: the President must send Congress one of the listed determinations. A choice: among them is a waiver. So
"automatic" is wrong, and so is "optional". Not here: what was determined for China; see presidential_determinations.
"""

from __future__ import annotations

import datetime as dt

from tipcourse.dated import Answer, load_rules


def consequences(on: dt.date) -> dict[str, Answer]:
    """Every determination open to the President and every limit on it, by name, as the law stood on that day.

    on      day on which the report is submitted
    raises  OutsideTheRule before 2003-01-01: no determination was due on earlier reports
    """
    rules = load_rules("tipcourse.tiers", "rules/consequences.yaml")
    rules["determination_window_days"].on(on)
    return {name: rule.on(on) for name, rule in rules.items() if rule.answers[0].since <= on}


def determination_window(submitted: dt.date) -> tuple[dt.date, dt.date]:
    """First and last day on which the determination is due, counted from the day on which the report was submitted.

    raises  OutsideTheRule before 2003-01-01
    source  22 U.S.C. 7107(c): not less than 45 and not more than 90 days
    """
    first, last = consequences(submitted)["determination_window_days"].value
    return submitted + dt.timedelta(days=first), submitted + dt.timedelta(days=last)


def fiscal_year(report_year: int) -> int:
    """The U.S. fiscal year that a determination on that report governs: it starts on 1 October of the report year."""
    return report_year + 1
