"""What can go wrong for a reader of the course, each as one sentence that says what came, what was expected, what next."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class TipcourseError(Exception):
    """Base of all errors that this package raises on purpose."""


class UnknownName(TipcourseError, LookupError):
    """A table, document, country, case or rule that does not exist here."""


class NotAQuotation(TipcourseError, ValueError):
    """Words that do not stand in the document as given."""


class OutsideTheRule(TipcourseError, ValueError):
    """A question about a day on which the rule did not exist or is not known."""


class ShapeError(TipcourseError, ValueError):
    """Arrays that do not line up."""


class OutOfRange(TipcourseError, ValueError):
    """A number outside the range in which the model makes sense."""


class IncompleteFigure(TipcourseError, ValueError):
    """A figure without alt text or source, or a control without a label."""


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """' Did you mean a, b?' with up to three near names, or '' when none is near."""
    by_lower = {str(k).lower(): str(k) for k in known}
    near = difflib.get_close_matches(str(name).lower(), by_lower, n=3, cutoff=0.5)
    return f" Did you mean {', '.join(by_lower[n] for n in near)}?" if near else ""
