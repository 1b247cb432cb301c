"""Is it forced labour in the sense of ILO Convention No. 29, article 2?

Facts answered yes, no or not known go in; a Ruling with a finding for each element and each of the five exceptions
comes out. Not here: whether a fact is true (two readers may code one report differently; see `readings`), and from
which day a state is bound (see the table of treaties in unit 1).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tipcourse.dated import read_yaml
from tipcourse.errors import UnknownName, did_you_mean
from tipcourse.findings import WORDS, Answer, Finding, all_met, any_met, opposite


@dataclass(frozen=True)
class Ruling:
    """What article 2 says about a set of facts.

    forced      True, False, or None where an unknown could still change the answer
    elements    one Finding for each of the three elements of article 2(1)
    exceptions  one Finding for each of the five exceptions of article 2(2)
    because     one sentence
    """

    forced: Answer
    elements: tuple[Finding, ...]
    exceptions: tuple[Finding, ...]
    because: str


@dataclass(frozen=True)
class Reading:
    """One reader's coding of one situation: the facts, whose reading it is, on what it rests, and why it was coded so."""

    name: str
    title: str
    whose: str
    source: str
    facts: Mapping[str, Answer]
    why: str


def _rules() -> Any:
    return read_yaml("tipcourse.remedy", "rules/c29.yaml")


def questions() -> dict[str, str]:
    """Every fact that the test can use, with the question that it answers."""
    return dict(_rules()["facts"])


def no_exception() -> dict[str, Answer]:
    """Facts that take a case out of all five exceptions. Say so on purpose: a fact left out is not known."""
    return {exception["gate"]: False for exception in _rules()["exceptions"].values()}


def _part(part: Mapping[str, Any], facts: Mapping[str, Answer]) -> Finding:
    answers = {fact: facts.get(fact) if wanted else opposite(facts.get(fact)) for fact, wanted in part["needs"].items()}
    met = all_met(answers.values())
    telling = [fact for fact, answer in answers.items() if answer == met]
    told = "; ".join(f"{fact} is {WORDS[facts.get(fact)]}" for fact in telling)
    return Finding(part["title"], met, f"{part['cite']}: {told}")


def forced_labour(facts: Mapping[str, Answer]) -> Ruling:
    """Apply article 2 of Convention No. 29.

    facts    fact -> True, False or None; the names are those of `questions()`; a fact left out is not known
    returns  Ruling
    raises   UnknownName for a fact that the test does not use
    source   C29 art. 2(1) and 2(2)
    """
    for fact in facts:
        if fact not in questions():
            known = questions()
            raise UnknownName(
                f"The test asks nothing about '{fact}'.{did_you_mean(fact, known)} questions() lists all."
            )
    elements = tuple(_part(part, facts) for part in _rules()["elements"].values())
    exceptions = tuple(_part(part, facts) for part in _rules()["exceptions"].values())
    inside = all_met(finding.met for finding in elements)
    excepted = any_met(finding.met for finding in exceptions)
    return Ruling(
        all_met([inside, opposite(excepted)]), elements, exceptions, _because(inside, excepted, elements, exceptions)
    )


def _because(inside: Answer, excepted: Answer, elements: tuple[Finding, ...], exceptions: tuple[Finding, ...]) -> str:
    """One sentence: the finding that decides, or what is still missing."""
    missing = [finding.element for finding in elements if finding.met is False]
    if missing:
        return f"Outside the definition: it is not so that {missing[0]}."
    applied = [finding.element for finding in exceptions if finding.met is True]
    if applied:
        return f"Inside an exception: {applied[0]}."
    if inside and excepted is False:
        return "All three elements are met and none of the five exceptions applies."
    unknown = [finding.element for finding in (*elements, *exceptions) if finding.met is None]
    return f"Not known: {'; '.join(unknown)}."


def readings() -> dict[str, Reading]:
    """Situations from the documents and the debate, each coded as one side reads it. A coding is a reading, not a fact."""
    coded = read_yaml("tipcourse.remedy", "rules/readings.yaml")
    return {
        name: Reading(name, entry["title"], entry["whose"], entry["source"], entry["facts"], entry["why"])
        for name, entry in coded.items()
    }
