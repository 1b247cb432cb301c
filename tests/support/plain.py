"""Small nbgrader courses for tests, in the plain layout that nbgrader has by default."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook


def _facts(grade_id: str, **facts: object) -> dict[str, object]:
    base = {
        "grade_id": grade_id,
        "schema_version": 3,
        "grade": False,
        "solution": False,
        "locked": False,
        "task": False,
    }
    return {"nbgrader": {**base, **facts}}


def code(source: str) -> nbformat.NotebookNode:
    return new_code_cell(source)


def markdown(source: str) -> nbformat.NotebookNode:
    return new_markdown_cell(source)


def solution(grade_id: str, source: str, marked: bool = True) -> nbformat.NotebookNode:
    """An answer cell; marked: as the instructor writes it, all of it between the marks."""
    text = f"### BEGIN SOLUTION\n{source}\n### END SOLUTION" if marked else source
    return new_code_cell(text, metadata=_facts(grade_id, solution=True))


def check(grade_id: str, points: float, source: str) -> nbformat.NotebookNode:
    return new_code_cell(source, metadata=_facts(grade_id, grade=True, locked=True, points=points))


def written(grade_id: str, points: float, source: str) -> nbformat.NotebookNode:
    return new_markdown_cell(source, metadata=_facts(grade_id, grade=True, solution=True, points=points))


def manual_code(grade_id: str, points: float, source: str) -> nbformat.NotebookNode:
    return new_code_cell(source, metadata=_facts(grade_id, grade=True, solution=True, points=points))


def task(grade_id: str, points: float, source: str) -> nbformat.NotebookNode:
    return new_markdown_cell(source, metadata=_facts(grade_id, task=True, points=points, locked=True))


def locked(grade_id: str, source: str) -> nbformat.NotebookNode:
    return new_code_cell(source, metadata=_facts(grade_id, locked=True))


def notebook(*cells: nbformat.NotebookNode) -> nbformat.NotebookNode:
    nb = new_notebook(cells=list(cells))
    nb.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return nb


def write_course(
    root: Path,
    assignment: str,
    *notebooks: nbformat.NotebookNode,
    timeout_seconds: int = 5,
    files: dict[str, str] | None = None,
    config: str = "",
) -> Path:
    """A course folder with one assignment; several notebooks are called p1, p2, …"""
    folder = root / "source" / assignment
    folder.mkdir(parents=True)
    for number, nb in enumerate(notebooks, 1):
        nbformat.write(nb, folder / (f"{assignment}.ipynb" if len(notebooks) == 1 else f"p{number}.ipynb"))
    for name, text in (files or {}).items():
        (folder / name).write_text(text)
    lines = [
        "c = get_config()",
        'c.CourseDirectory.course_id = "plain"',
        f"c.Execute.timeout = {timeout_seconds}",
        config,
    ]
    (root / "nbgrader_config.py").write_text("\n".join(lines) + "\n")
    return root


def autograded(api: Any, assignment: str, student: str) -> dict[str, Any]:
    """nbgrader's autograde. Two Jupyter kernels that start at once can pick one network port; then one dies, and it is
    asked again."""
    for _ in range(3):
        done: dict[str, Any] = api.autograde(assignment, student)
        if done["success"] or "Kernel died before replying" not in done["log"]:
            break
    return done


def hand_in(root: Path, student: str, assignment: str, data: nbformat.NotebookNode | bytes, name: str = "") -> Path:
    """Put a notebook (or any bytes) where nbgrader looks for submissions."""
    folder = root / "submitted" / student / assignment
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / (name or f"{assignment}.ipynb")
    path.write_bytes(data if isinstance(data, bytes) else nbformat.writes(data).encode())
    return path
