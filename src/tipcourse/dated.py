"""What did the law say on a given day?

A dated rule is a question with the answers it has had, each from its first day on, each with a citation. A day
before the first answer, or after the rule ended, gets an error and never a default: silence of the law is not a value.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from tipcourse.errors import OutsideTheRule, UnknownName, did_you_mean


@dataclass(frozen=True)
class Answer:
    """One answer of a dated rule: its value, first day, last day (None while it holds), citation and doubts.

    confidence is 'seen' with how often, or 'not known' where the text could not be read.
    """

    value: Any
    since: dt.date
    until: dt.date | None
    cite: str
    note: str = ""
    confidence: str = ""


@dataclass(frozen=True)
class DatedRule:
    """A question that the law answers, with its answers in order of their first day.

    ended  the last day on which there was any answer, None while the rule stands
    """

    name: str
    question: str
    unit: str
    answers: tuple[Answer, ...]

    def on(self, day: dt.date) -> Answer:
        """The answer in force on that day; OutsideTheRule before the first or after the last."""
        for answer in self.answers:
            if answer.since <= day and (answer.until is None or day <= answer.until):
                return answer
        first = self.answers[0].since
        when = f"it was first answered on {first}" if day < first else f"it had ended by {day}"
        raise OutsideTheRule(f"'{self.question}' has no answer for {day}: {when}. Ask about a day on which it stood.")


def _rule(name: str, entry: dict[str, Any]) -> DatedRule:
    days = sorted(entry["values"])
    ended = entry.get("ended")
    lasts = [day - dt.timedelta(days=1) for day in days[1:]] + [ended]
    answers = tuple(
        Answer(
            value=entry["values"][day]["value"],
            since=day,
            until=last,
            cite=entry["values"][day]["cite"],
            note=entry["values"][day].get("note", ""),
            confidence=entry["values"][day].get("confidence", ""),
        )
        for day, last in zip(days, lasts, strict=True)
    )
    return DatedRule(name, entry["question"], entry.get("unit", ""), answers)


@cache
def read_yaml(package: str, path: str) -> Any:
    """A YAML file that lies inside a package, for example read_yaml('tipcourse.tiers', 'rules/clock.yaml')."""
    return yaml.safe_load(files(package).joinpath(path).read_text(encoding="utf-8"))


@cache
def load_rules(package: str, path: str) -> dict[str, DatedRule]:
    """All dated rules of a YAML file, by name.

    The file maps a name to `question`, `unit`, `values` (first day -> value, cite, note?, confidence?) and, where the
    rule has ended, `ended` (its last day).
    """
    return {name: _rule(name, entry) for name, entry in read_yaml(package, path).items()}


def find_rule(rules: dict[str, DatedRule], name: str) -> DatedRule:
    """The rule of that name, or UnknownName with near names."""
    if name not in rules:
        raise UnknownName(f"No dated rule '{name}'.{did_you_mean(name, rules)}")
    return rules[name]
