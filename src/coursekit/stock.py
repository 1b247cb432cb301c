"""What about notebooks in another language?

They are handed to nbgrader's own autograde, one submission at a time, so that one that fails does not stop the others.
Their code runs with the grader's rights, outside all walls; the rows say so.
"""

from __future__ import annotations

import subprocess
import sys
from typing import Any

from coursekit.course import Course
from coursekit.gradebook import open_book
from coursekit.worlds.plan import Plan


def grade_with_nbgrader(
    course: Course, assignment: str, plans: list[Plan], students: list[str], force: bool
) -> tuple[list[dict[str, Any]], list[str]]:
    """Rows and notes of an assignment that nbgrader itself graded."""
    languages = ", ".join(sorted({plan.language for plan in plans}))
    note = (
        f"'{assignment}' is written in {languages}, so nbgrader's own autograde graded it: "
        "without walls, and with checks in the student's process."
    )
    rows = []
    for student in students:
        command = [sys.executable, "-m", "nbgrader", "autograde", assignment, "--create", f"--student={student}"]
        done = subprocess.run(
            [*command, *(["--force"] if force else [])], cwd=course.root, capture_output=True, text=True
        )
        rows.append(_row(course, assignment, plans, student, done))
    return rows, [note]


def _row(course: Course, assignment: str, plans: list[Plan], student: str, done: Any) -> dict[str, Any]:
    cells: dict[str, Any] = {}
    score = 0.0
    with open_book(course) as book:
        for plan in plans:
            prefix = f"{plan.notebook}/" if len(plans) > 1 else ""
            for known in plan.cells:
                if known.kind in ("check", "manual", "task"):
                    grade = _grade(book, known.grade_id, plan.notebook, assignment, student)
                    points = float(grade.auto_score or 0.0) if grade is not None else 0.0
                    score += float(grade.score or 0.0) if grade is not None else 0.0
                    cells[prefix + known.grade_id] = {
                        "score": points,
                        "max_score": known.points,
                        "state": _state(known.kind, points, known.points),
                        "world": "student",
                        "message": "",
                    }
    failed = done.returncode != 0
    why = (done.stderr.strip().splitlines() or ["no reason was given"])[-1]
    return {
        "student": student,
        "status": "failed" if failed else "graded",
        "score": score,
        "max_score": sum(plan.max_score for plan in plans),
        "reasons": [f"nbgrader autograde failed: {why}"] if failed else ["Graded by nbgrader itself, without walls."],
        "cells": cells,
    }


def _grade(book: Any, grade_id: str, notebook: str, assignment: str, student: str) -> Any:
    from nbgrader.api import MissingEntry

    try:
        return book.find_grade(grade_id, notebook, assignment, student)
    except MissingEntry:
        return None


def _state(kind: str, points: float, most: float) -> str:
    if kind != "check":
        return "manual"
    return "right" if points == most else "partial" if points else "wrong"
