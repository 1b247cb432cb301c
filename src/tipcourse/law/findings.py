"""Is an element of a definition met: yes, no, or not known?

A Finding is one answer with its reason. A Verdict joins the findings of one definition. The logic has three values:
one 'no' settles that not all elements are met; without a 'no', one 'not known' leaves the whole not known.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

WORDS = {True: "yes", False: "no", None: "not known"}


@dataclass(frozen=True)
class Finding:
    """One element of a definition: met (True, False, or None for not known) and because of what."""

    element: str
    met: bool | None
    because: str

    def __str__(self) -> str:
        return f"{self.element}: {WORDS[self.met]}. {self.because}"


@dataclass(frozen=True)
class Verdict:
    """What one definition says about one case.

    regime    which definition
    met       True, False, or None for not known
    findings  one per element, in the order of the text
    because   the whole in one or two sentences
    cite      where the definition stands
    """

    regime: str
    met: bool | None
    findings: tuple[Finding, ...]
    because: str
    cite: str

    def __str__(self) -> str:
        lines = [f"{self.regime}: {WORDS[self.met]}. {self.because}", *(f"  - {finding}" for finding in self.findings)]
        return "\n".join([*lines, f"  ({self.cite})"])


def all_met(answers: Iterable[bool | None]) -> bool | None:
    """True when every answer is True; False when one is False; else None. True for no answers at all."""
    answers = list(answers)
    if any(answer is False for answer in answers):
        return False
    return None if any(answer is None for answer in answers) else True


def any_met(answers: Iterable[bool | None]) -> bool | None:
    """True when one answer is True; None when none is True but one is None; else False."""
    answers = list(answers)
    if any(answer is True for answer in answers):
        return True
    return None if any(answer is None for answer in answers) else False


def open_or_missing(findings: Iterable[Finding]) -> str:
    """'means is missing' or 'purpose is not known': which element decides that the whole is not met."""
    findings = list(findings)
    missing = [finding.element for finding in findings if finding.met is False]
    unknown = [finding.element for finding in findings if finding.met is None]
    if missing:
        return f"Missing: {', '.join(missing)}."
    return f"Not known: {', '.join(unknown)}." if unknown else "Every element is there."
