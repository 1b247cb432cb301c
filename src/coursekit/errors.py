"""Everything that can go wrong for a user, as one sentence: what came, what was expected, what to do next."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable


class CourseKitError(Exception):
    """Base of all errors that are shown to users as one clear line. exit_status is what a command ends with."""

    exit_status = 2


class CourseNotFound(CourseKitError):
    """No nbgrader_config.py at or above the folder."""


class UnknownUnit(CourseKitError):
    """A unit or exercise name that the course does not have."""


class BadManuscript(CourseKitError):
    """A manuscript that cannot be built."""


class EditedByHand(CourseKitError):
    """A built notebook was changed outside the manuscript; building would lose the edit."""


class BadSubmission(CourseKitError):
    """A submission, or a file of submissions, that cannot be taken in."""


class GradebookBusy(CourseKitError):
    """The gradebook cannot be written now; nothing was lost."""


class WallsMissing(CourseKitError):
    """Nothing on this machine can hold untrusted code, and nobody said to trust it."""


# Control characters but tab and line feed (\x1b begins a terminal's command), halves of characters, which have no UTF-8,
# and the signs that turn the direction of writing.
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")


def printable(text: str) -> str:
    """Text of others, without the signs that would command a terminal or that a page or gradebook cannot hold."""
    return CONTROL.sub("\N{REPLACEMENT CHARACTER}", text)


def plural(number: float, noun: str) -> str:
    """'page' for 1, else 'pages'."""
    return noun if number == 1 else f"{noun}s"


def counted(number: float, noun: str) -> str:
    """'1 page', '2 pages', '0.5 seconds', '1 second' for 1.0 too."""
    return f"{number:g} {plural(number, noun)}" if isinstance(number, float) else f"{number} {plural(number, noun)}"


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """' Did you mean a, b?' with up to three near names, or '' when none is near."""
    near = difflib.get_close_matches(name.lower(), [k.lower() for k in known], n=3, cutoff=0.5)
    return f" Did you mean {', '.join(near)}?" if near else ""


def last_words(*texts: object) -> str:
    """The last line of the first text that says anything: why nbgrader refused, without the name of the error's class."""
    for text in texts:
        lines = str(text or "").strip().splitlines()
        if lines:
            return re.sub(r"^[\w.]+(Error|Exception|Exit): ", "", lines[-1].strip())
    return "nbgrader gives no reason"
