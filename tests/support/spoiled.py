"""A small assignment of one notebook, a right submission of it, and that submission spoiled in any way."""

from __future__ import annotations

import json
from typing import Any

import nbformat
from plain import check, code, locked, markdown, notebook, solution, written


def source() -> nbformat.NotebookNode:
    """The instructor's notebook: 5 points by two checks, 1 by hand."""
    return notebook(
        markdown("# One"),
        code("import math"),
        solution("double", "def double(x):\n    return 2 * x"),
        check(
            "double-check",
            2,
            "assert double(2) == 4\n### BEGIN HIDDEN TESTS\nassert double(5) == 10\n### END HIDDEN TESTS",
        ),
        locked("helper", "triple = lambda x: 3 * x"),
        solution("root", "root = math.sqrt(16)"),
        check("root-check", 3, "assert root == 4"),
        written("why", 1, "Because."),
    )


def right() -> nbformat.NotebookNode:
    """All answers right, as a student hands them in: without marks and hidden checks."""
    nb = source()
    for cell in nb.cells:
        facts = cell.metadata.get("nbgrader", {})
        if facts.get("solution") and cell.cell_type == "code":
            cell.source = "\n".join(line for line in cell.source.split("\n") if "SOLUTION" not in line)
        if facts.get("grade_id") == "double-check":
            cell.source = "assert double(2) == 4"
    nb.cells[-1].source = "It is so."
    return nb


def as_bytes(nb: Any) -> bytes:
    return json.dumps(nb).encode()


def changed(change: Any) -> bytes:
    """The right submission after a change of its JSON, in place or by what the function returns."""
    nb = json.loads(nbformat.writes(right()))
    for cell in nb["cells"]:
        cell["source"] = "".join(cell["source"])
    return as_bytes(change(nb) or nb)


def cell_of(nb: Any, grade_id: str) -> Any:
    """The cell that nbgrader knows by this name."""
    return next(c for c in nb["cells"] if c["metadata"].get("nbgrader", {}).get("grade_id") == grade_id)


def put(nb: Any, grade_id: str, **changes: Any) -> None:
    """Change parts of a cell: its source, type, metadata."""
    cell_of(nb, grade_id).update(changes)
