"""What does one definition say about one case, element by element?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tipcourse.findings import WORDS, Answer, Finding


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
    met: Answer
    findings: tuple[Finding, ...]
    because: str
    cite: str

    def __str__(self) -> str:
        lines = [f"{self.regime}: {WORDS[self.met]}. {self.because}", *(f"  - {finding}" for finding in self.findings)]
        return "\n".join([*lines, f"  ({self.cite})"])


def open_or_missing(findings: Iterable[Finding]) -> str:
    """'means is missing' or 'purpose is not known': which element decides that the whole is not met."""
    findings = list(findings)
    missing = [finding.element for finding in findings if finding.met is False]
    unknown = [finding.element for finding in findings if finding.met is None]
    if missing:
        return f"Missing: {', '.join(missing)}."
    return f"Not known: {', '.join(unknown)}." if unknown else "Every element is there."
