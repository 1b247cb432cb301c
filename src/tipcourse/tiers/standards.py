"""Which standards does a report hold a government to, and which signs of effort does it look for, on a given day?

Four minimum standards since 2000; the signs that test the fourth grew from seven to twelve. Not here: how well any
government does.
"""

from __future__ import annotations

import datetime as dt

from tipcourse.dated import Answer, load_rules
from tipcourse.errors import OutsideTheRule


def _in_force(file: str, on: dt.date) -> dict[str, Answer]:
    rules = load_rules("tipcourse.tiers", file)
    standing = {name: rule.on(on) for name, rule in rules.items() if rule.answers[0].since <= on}
    if not standing:
        raise OutsideTheRule(f"There was no such standard on {on}. The Act is of 2000-10-28: ask about a later day.")
    return standing


def minimum_standards(on: dt.date) -> dict[str, Answer]:
    """The four minimum standards, by name; OutsideTheRule before 28 October 2000."""
    return _in_force("rules/standards.yaml", on)


def indicia(on: dt.date) -> dict[str, Answer]:
    """The signs of serious and sustained efforts on that day, by name; OutsideTheRule before 28 October 2000."""
    return _in_force("rules/indicia.yaml", on)
