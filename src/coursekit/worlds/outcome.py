"""How did a notebook come out, and what does it mean that a student's world ended?"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from typing import Any

from coursekit.errors import counted
from coursekit.worlds.channel import ChannelBroken, ChannelClosed, ChannelFlooded, ChannelTimeout

NEUTRAL = "A hidden check with other inputs of the same kind did not pass."
NOT_REACHED = "This check was not reached."


@dataclass
class CellResult:
    """How one graded cell came out.

    message  fit for the student's eyes
    detail   for the teacher's
    stopped  the error that stopped it, in words without its message: for learners who hold the key
    """

    score: float
    max_score: float
    state: str  # right, wrong, partial, unattempted, manual
    world: str  # reference, student
    message: str = ""
    detail: str = ""
    stopped: str = ""


@dataclass
class NotebookResult:
    """One notebook's outcome, as plain data."""

    cells: dict[str, CellResult] = field(default_factory=dict)
    notebook: dict[str, Any] | None = None  # what goes to autograded/
    repairs: list[str] = field(default_factory=list)
    flags: list[str] = field(default_factory=list)
    failed: str = ""
    again: bool = False  # it failed by no fault of the notebook: the next run tries again
    untouched: list[str] = field(default_factory=list)  # answers that are still the stub
    digests: dict[str, dict[str, str]] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


class WorldEnded(Exception):
    """The student's world ended while a cell ran or a check asked it something."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@contextmanager
def ended_worlds(seconds: float) -> Iterator[None]:
    """What the channel says about a world that does not answer, as a sentence."""
    try:
        yield
    except ChannelTimeout as error:
        raise WorldEnded(f"It ran longer than {counted(seconds, 'second')} and did not stop when asked.") from error
    except ChannelBroken as error:
        raise WorldEnded(f"It disturbed the conversation with the grader ({error}).") from error
    except ChannelFlooded as error:
        raise WorldEnded(f"It gave back a value that is far too large ({error}).") from error
    except ChannelClosed as error:
        raise WorldEnded("It ended the Python process (a crash, an exit, or too much memory).") from error
