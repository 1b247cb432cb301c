"""Is a thing so: yes, no, or not known? And how do answers with gaps combine?

A Finding is one answer with its reason. An unknown stays unknown as long as it could still change the result, and no
longer: one clear 'no' settles 'all of these', one clear 'yes' settles 'any of these'.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

Answer = bool | None
WORDS: dict[Answer, str] = {True: "yes", False: "no", None: "not known"}


@dataclass(frozen=True)
class Finding:
    """One element of a test: met (True, False, or None for not known), because of what, and where the rule stands."""

    element: str
    met: Answer
    because: str
    cite: str = ""

    def __str__(self) -> str:
        return f"{self.element}: {WORDS[self.met]}. {self.because}" + (f" ({self.cite})" if self.cite else "")


def all_met(answers: Iterable[Answer]) -> Answer:
    """True when every answer is yes, also when there is none; False as soon as one is no; else None."""
    seen = list(answers)
    if any(answer is False for answer in seen):
        return False
    return None if any(answer is None for answer in seen) else True


def any_met(answers: Iterable[Answer]) -> Answer:
    """True as soon as one answer is yes; False when every answer is no; else None."""
    seen = list(answers)
    if any(answer is True for answer in seen):
        return True
    return None if any(answer is None for answer in seen) else False


def opposite(answer: Answer) -> Answer:
    """No for yes, yes for no, and not known for not known."""
    return None if answer is None else not answer
