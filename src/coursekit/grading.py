"""A grading round as a teacher asks for it: the run, then what follows from it.

Late penalties and extensions, the best of several hand-ins, one question alone, marks by hand that still stand.
The run itself is in jobs.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from coursekit import attempts, late
from coursekit.course import Course
from coursekit.errors import CourseKitError, UnknownUnit, counted, did_you_mean
from coursekit.gradebook import open_book
from coursekit.handed_in import ledger_folder
from coursekit.jobs import grade
from coursekit.ledger import Ledger
from coursekit.marking import confirm_unchanged
from coursekit.progress import question_of
from coursekit.results import Run

Place = tuple[str, str, str]  # student, notebook, grade cell


def grade_class(
    course: Course, unit: str, *, students: list[str] | None, force: bool, question: str | None, **how: Any
) -> tuple[Run, list[str]]:
    """Grade a unit and settle what follows; returns the run and sentences for the teacher.

    question  grade this question alone again, for everybody; points of other questions stay
    how       passed on to jobs.grade: workers, scheduler, trust_submissions
    """
    runs: list[Run] = []

    def work(whom: list[str] | None, again: bool) -> None:
        runs.append(grade(course, unit, students=whom, force=again, **how))
        late.settle(course, unit)

    said: list[str] = []
    if question is not None:
        changed = regrade_question(course, unit, question, lambda: work(students, True))
        late.settle(course, unit)
        said = [
            f"'{question}': points changed for {counted(len(changed), 'submission')}; all other points are as before.",
            *changed,
        ]
    else:
        best = attempts.mode(course) == "best"
        work(students, force)
        if best:
            said = attempts.keep_best(course, unit, lambda whom: work(whom, False))
    if len(runs) > 1 or question is not None:  # rows as they are at the end; nothing is graded again for this
        work(students, False)
    stood = confirm_unchanged(course, unit)
    if stood:
        said.append(f"{counted(stood, 'mark')} given by hand stand: those answers have not changed.")
    return runs[-1].after(runs[:-1]), said


def automatic_points(course: Course, unit: str) -> dict[Place, tuple[float | None, bool]]:
    """Automatic points, and whether a person has to look, of every graded cell of every submission."""
    with open_book(course) as book:
        return {
            (submission.student_id, notebook.name, grade.name): (grade.auto_score, bool(grade.needs_manual_grade))
            for assignment in book.assignments
            if assignment.name == unit
            for submission in assignment.submissions
            for notebook in submission.notebooks
            for grade in notebook.grades
        }


def regrade_question(course: Course, unit: str, question: str, work: Callable[[], None]) -> list[str]:
    """Run `work`, which grades again, over the class and put every other question's points back; returns who got other points, in words.

    raises UnknownUnit for a question that the unit does not have, CourseKitError where nothing was graded before
    """
    before = automatic_points(course, unit)
    if not before:
        raise CourseKitError(f"Nothing is graded for '{unit}' yet. Run 'course grade {unit}' first.")
    known = sorted({question_of(cell) for _, _, cell in before})
    if question not in known:
        raise UnknownUnit(
            f"No question '{question}' in '{unit}'.{did_you_mean(question, known)} They are: {', '.join(known)}."
        )
    ledger = Ledger(ledger_folder(course, unit))
    rows = {row["student"]: row for row in ledger.rows()}
    work()
    _put_back_rows(ledger, rows, question)
    after = automatic_points(course, unit)
    said = []
    with open_book(course) as book:
        for (student, notebook, cell), (points, look) in before.items():
            now = after.get((student, notebook, cell), (points, look))
            if question_of(cell) == question:
                if now[0] != points:
                    said.append(f"{student}, {cell}: {_said(points)} -> {_said(now[0])}")
            elif now != (points, look):
                held = book.find_grade(cell, notebook, unit, student)
                held.auto_score, held.needs_manual_grade = points, look
        book.db.commit()
    return said


def _put_back_rows(ledger: Ledger, before: dict[str, dict[str, Any]], question: str) -> None:
    """What the ledger tells of other questions is what it told before: report and feedback read it."""
    for record in list(ledger.records()):
        row = record["row"]
        told = before.get(row["student"], {"cells": {}})["cells"]
        held = {key: cell for key, cell in told.items() if question_of(key.rpartition("/")[2]) != question}
        row["cells"] = {key: held.get(key, cell) for key, cell in row["cells"].items()}
        ledger.finish(row["student"], record)


def _said(points: float | None) -> str:
    return "not marked" if points is None else f"{points:g}"
