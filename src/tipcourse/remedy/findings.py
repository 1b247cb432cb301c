"""Yes, no, or not known: how do answers with gaps combine?

An unknown stays unknown as long as it could still change the result, and no longer: one clear 'no' settles 'all of
these', one clear 'yes' settles 'any of these'. Not here: where the answers come from.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

Answer = bool | None
WORDS: dict[Answer, str] = {True: "yes", False: "no", None: "not known"}


@dataclass(frozen=True)
class Finding:
    """One part of a test: what was asked, the answer (True, False, None for not known) and the reason with its source."""

    element: str
    met: Answer
    because: str

    def __str__(self) -> str:
        return f"{self.element}: {WORDS[self.met]} ({self.because})"


def all_met(answers: Iterable[Answer]) -> Answer:
    """True when every answer is yes; False as soon as one is no; else None."""
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
