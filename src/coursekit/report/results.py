"""What is known about each graded submission: the grader's row, and what people have added in the gradebook."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from coursekit.classroom import gradebook
from coursekit.course import Course
from coursekit.errors import CourseKitError
from coursekit.progress import question_of


@dataclass(frozen=True)
class Cell:
    """One graded cell: automatic result, and a person's mark and comment where there are any."""

    grade_id: str
    score: float
    max_score: float
    state: str
    message: str
    manual_score: float | None = None
    comment: str = ""

    @property
    def points(self) -> float:
        return self.score if self.manual_score is None else self.manual_score


@dataclass(frozen=True)
class Result:
    """One student's submission. score: with manual marks, before the late penalty."""

    student: str
    first_name: str
    last_name: str
    email: str
    status: str
    reasons: tuple[str, ...]
    score: float
    max_score: float
    late_penalty: float
    handed_in: dt.datetime | None
    cells: dict[str, Cell] = field(default_factory=dict)

    @property
    def final(self) -> float:
        return max(0.0, self.score - self.late_penalty)

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip() or self.student

    @property
    def waits_for_marks(self) -> bool:
        return any(cell.state == "manual" and cell.manual_score is None for cell in self.cells.values())


def rows_of(course: Course, assignment: str) -> dict[str, dict[str, Any]]:
    """The grader's rows by student."""
    folder = course.autograded.parent / ".coursekit" / assignment
    rows = {}
    for path in sorted(folder.glob("*.json")):
        row = json.loads(path.read_text(encoding="utf-8"))["row"]
        rows[row["student"]] = row
    return rows


def read_results(course: Course, assignment: str, students: list[str] | None = None) -> list[Result]:
    """Every graded submission, by student.

    raises CourseKitError when nothing was graded yet, or for a student without a graded submission
    """
    rows = rows_of(course, assignment)
    if not rows:
        raise CourseKitError(f"Nothing is graded for '{assignment}' yet. Run 'course grade {assignment}' first.")
    unknown = sorted(set(students or []) - set(rows))
    if unknown:
        raise CourseKitError(f"No graded submission of {', '.join(unknown)} for '{assignment}'. Grade it first.")
    results = []
    with gradebook(course) as book:
        submissions = {s.student.id: s for s in book.find_assignment(assignment).submissions}
        for student in students or sorted(rows):
            if student in submissions:
                results.append(_result(rows[student], submissions[student]))
    return results


def _result(row: dict[str, Any], submission: Any) -> Result:
    """The row with what the gradebook adds."""
    many = len(submission.notebooks) > 1
    manual: dict[str, tuple[float | None, str]] = {}
    for notebook in submission.notebooks:
        prefix = f"{notebook.name}/" if many else ""
        comments = {comment.name: comment.comment or "" for comment in notebook.comments}
        for grade in notebook.grades:
            comment = comments.get(grade.name, "")
            manual[prefix + grade.name] = (grade.manual_score, "" if comment == "No response." else comment)
    cells = {
        grade_id: Cell(
            grade_id,
            cell["score"],
            cell["max_score"],
            cell["state"],
            cell["message"],
            *manual.get(grade_id, (None, "")),
        )
        for grade_id, cell in row["cells"].items()
    }
    person = submission.student
    return Result(
        student=row["student"],
        first_name=person.first_name or "",
        last_name=person.last_name or "",
        email=person.email or "",
        status=row["status"],
        reasons=tuple(row["reasons"]),
        score=float(submission.score),
        max_score=float(submission.max_score),
        late_penalty=float(submission.late_submission_penalty or 0.0),
        handed_in=submission.timestamp,
        cells=cells,
    )


def help_of(course: Course, assignment: str) -> dict[str, Any]:
    """Titles, hints and messages of known mistakes by grade_id; empty for a course without help.json."""
    for folder in (course.source / assignment, course.release / assignment):
        path = Path(folder) / "help.json"
        if path.is_file():
            return dict(json.loads(path.read_text(encoding="utf-8")))
    return {}


def questions(results: list[Result]) -> list[str]:
    """Questions in the order of the notebook: check cells of one answer belong together."""
    return list(dict.fromkeys(question_of(grade_id) for result in results for grade_id in result.cells))
