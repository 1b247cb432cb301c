"""Two worlds: a student's code runs in one, what judges it in the other.

run_checks and grade_notebook are for one notebook at a time; a class is graded by coursekit.jobs.
"""

from __future__ import annotations

from typing import Any

__all__ = ["CellResult", "grade_notebook", "run_checks"]


def __getattr__(name: str) -> Any:
    """Loaded on first use: the warm processes import this package and need only parts of it."""
    if name in __all__:
        from coursekit.worlds import single

        return getattr(single, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
