"""Is someone who works away from the registered address acting against the law?

A day in, every national rule on the matter that is known for that day out, with its citation. Not here: an answer with
one word (the rules point in different directions), local rules, and what the police did in practice.
"""

from __future__ import annotations

import datetime as dt

import pandas as pd

from tipcourse.dated import load_rules
from tipcourse.errors import OutsideTheRule

PACKAGE, FILE = "tipcourse.hukou", "rules/status.yaml"


def away_from_home(on: dt.date) -> pd.DataFrame:
    """The national rules for a person away from the registered address, as they stood on that day.

    on       a day from 9 January 1958 on
    returns  frame, one rule a row: rule, question, answer, since (first day of the answer), cite
    raises   OutsideTheRule before the first rule
    """
    rules = load_rules(PACKAGE, FILE)
    rows = []
    for name, rule in rules.items():
        try:
            answer = rule.on(on)
        except OutsideTheRule:
            continue  # this rule had not begun or had ended: it says nothing for the day
        rows.append((name, rule.question, answer.value, answer.since, answer.cite))
    if not rows:
        first = min(rule.answers[0].since for rule in rules.values())
        raise OutsideTheRule(
            f"No national rule is known here for {on}. The first is of {first}; ask about a later day."
        )
    return pd.DataFrame(rows, columns=["rule", "question", "answer", "since", "cite"])
