"""How do the marks get into a learning platform?

csv     one row for each submission: for people and scripts
canvas  the columns of Canvas's gradebook import, one for each assignment, with a row of possible points
moodle  one row for each student and one column for each assignment, by which Moodle's import maps them
"""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from coursekit.course import Course
from coursekit.errors import CourseKitError
from coursekit.gradebook import open_book

CANVAS = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section"]
MOODLE = ["First name", "Last name", "ID number", "Email address"]


def export(course: Course, path: Path | str, *, format: str = "csv") -> int:
    """Write everybody's marks, late penalties taken off; the number of rows with marks.

    raises  CourseKitError for an unknown format, or a file that cannot be written
    """
    layouts = {"csv": _csv, "canvas": _canvas, "moodle": _moodle}
    if format not in layouts:
        raise CourseKitError(f"There is no format '{format}'. There are: {', '.join(layouts)}.")
    students, submissions = _read(course)
    if not submissions:
        raise CourseKitError(
            "Nothing is graded in this class yet, so there are no marks. Run 'course grade UNIT' first."
        )
    rows = layouts[format](students, submissions)
    heading = 2 if format == "canvas" else 1
    try:
        # Spreadsheets on Windows take a file for UTF-8 only where it says so; both platforms accept the mark.
        with open(path, "w", newline="", encoding="utf-8-sig") as file:
            csv.writer(file).writerows([[harmless(value) for value in row] for row in rows])
    except OSError as error:
        raise CourseKitError(f"{path} cannot be written ({error.strerror}). Name another file.") from error
    return len(rows) - heading


def _read(course: Course) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    with open_book(course) as book:
        students = [
            {
                "id": s.id,
                "first": s.first_name or "",
                "last": s.last_name or "",
                "email": s.email or "",
                "lms": s.lms_user_id,
            }
            for s in book.students
        ]
        submissions = []
        for assignment in book.assignments:
            for found in book.submission_dicts(assignment.name):
                penalty = sum(
                    n.late_submission_penalty or 0.0
                    for n in book.find_submission(assignment.name, found["student"]).notebooks
                )
                submissions.append(
                    {
                        "assignment": assignment.name,
                        "student": found["student"],
                        "raw": float(found["score"]),
                        "penalty": float(penalty),
                        "score": max(0.0, float(found["score"]) - float(penalty)),
                        "max_score": float(found["max_score"]),
                        "timestamp": found["timestamp"] or "",
                        "needs_manual_grade": bool(found["needs_manual_grade"]),
                    }
                )
    return students, sorted(submissions, key=lambda s: (s["assignment"], s["student"]))


def _csv(students: list[dict[str, Any]], submissions: list[dict[str, Any]]) -> list[list[Any]]:
    names = {s["id"]: s for s in students}
    head = ["assignment", "student_id", "first_name", "last_name", "email", "timestamp", "raw_score",
            "late_submission_penalty", "score", "max_score", "needs_manual_grade"]  # fmt: skip
    rows = [
        [s["assignment"], s["student"], names[s["student"]]["first"], names[s["student"]]["last"],
         names[s["student"]]["email"], s["timestamp"], s["raw"], s["penalty"], s["score"], s["max_score"],
         s["needs_manual_grade"]]
        for s in submissions
    ]  # fmt: skip
    return [head, *rows]


def _table(
    students: list[dict[str, Any]], submissions: list[dict[str, Any]]
) -> tuple[list[str], dict[str, float], Any]:
    assignments = list(dict.fromkeys(s["assignment"] for s in submissions))
    most = {s["assignment"]: s["max_score"] for s in submissions}
    scores = {(s["student"], s["assignment"]): s["score"] for s in submissions}
    return assignments, most, scores


def _canvas(students: list[dict[str, Any]], submissions: list[dict[str, Any]]) -> list[list[Any]]:
    assignments, most, scores = _table(students, submissions)
    rows: list[list[Any]] = [
        [*CANVAS, *assignments],
        ["    Points Possible", "", "", "", "", *(most[a] for a in assignments)],
    ]
    for s in students:
        name = f"{s['last']}, {s['first']}" if s["last"] and s["first"] else s["last"] or s["first"] or s["id"]
        marks = [scores.get((s["id"], a), "") for a in assignments]
        rows.append([name, s["lms"] or "", s["id"], s["id"], "", *marks])
    return rows


def _moodle(students: list[dict[str, Any]], submissions: list[dict[str, Any]]) -> list[list[Any]]:
    assignments, _, scores = _table(students, submissions)
    rows: list[list[Any]] = [[*MOODLE, *assignments]]
    for s in students:
        marks = [scores.get((s["id"], a), "-") for a in assignments]
        rows.append([s["first"], s["last"], s["lms"] or s["id"], s["email"], *marks])
    return rows


def harmless(value: Any) -> Any:
    """A name that a spreadsheet would take for a formula is quoted."""
    if not isinstance(value, str) or value[:1] not in ("=", "+", "-", "@", "\t", "\r") or value == "-":
        return value  # '-' alone stands for no mark in Moodle
    return f"'{value}"
