"""A grading round as a teacher asks for it: the run, then what follows from it.

Late penalties and extensions, the best of several hand-ins, one question alone, marks by hand that still stand.
The run itself is in jobs.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Set
from pathlib import Path
from typing import Any

from coursekit import attempts, late
from coursekit.course import Course
from coursekit.errors import CourseKitError, UnknownUnit, counted, did_you_mean
from coursekit.gradebook import open_book, scores
from coursekit.handed_in import folder_state, ledger_folder, submitted_by
from coursekit.jobs import grade
from coursekit.ledger import Ledger, write_whole
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
    put_others_back(course, unit)  # an earlier run for one question may have been cut off
    if question is not None:
        said = _one_question(course, unit, question, students, work)
        rows_at_the_end(course, unit, runs[-1])
    else:
        best = attempts.mode(course) == "best"
        work(students, force)
        if best:
            said = attempts.keep_best(course, unit, lambda whom: work(whom, False))
        if len(runs) > 1:  # rows as they are at the end; nothing is graded again for this
            work(students, False)
    stood = confirm_unchanged(course, unit)
    if stood:
        why = "stands: that answer has" if stood == 1 else "stand: those answers have"
        said.append(f"{counted(stood, 'mark')} given by hand {why} not changed.")
    return runs[-1].after(runs[:-1]), said


def _one_question(
    course: Course, unit: str, question: str, students: list[str] | None, work: Callable[[list[str] | None, bool], None]
) -> list[str]:
    newer = without_result(course, unit)

    def work_twice() -> None:
        work(students, True)
        work(students, False)  # only what the grading itself got wrong

    changed = regrade_question(course, unit, question, work_twice, newer)
    late.settle(course, unit)
    whole = sorted(student for student in newer if not students or student in students)
    but = ", but for work graded whole" if whole else ""
    return [
        f"'{question}': points changed for {counted(len(changed), 'submission')}; all other points are as before{but}.",
        *changed,
        *(f"{student}: graded whole, for there was no result of what is handed in now." for student in whole),
    ]


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


def without_result(course: Course, unit: str) -> set[str]:
    """Students with a result that is not of what they handed in last, or with none because the grading itself failed."""
    submitted = submitted_by(course, unit)
    return {
        student
        for record in Ledger(ledger_folder(course, unit)).records()
        if (student := record["row"]["student"]) in submitted
        # records of earlier versions do not say what was handed in (None)
        and (record["fingerprint"] == "" or record.get("handed") not in (None, folder_state(submitted[student])))
    }


def rows_at_the_end(course: Course, unit: str, run: Run) -> None:
    """Rows and scores of a run as they are now that points were put back; nothing is graded for this."""
    rows = {row["student"]: row for row in Ledger(ledger_folder(course, unit)).rows()}
    run.submissions = [rows.get(row["student"], row) for row in run.submissions]
    with open_book(course) as book:
        run.fill_in(scores(book, unit))


def regrade_question(
    course: Course, unit: str, question: str, work: Callable[[], None], whole: Set[str] = frozenset()
) -> list[str]:
    """Run `work`, which grades again, over the class and put every other question's points back; returns who got other
    points, in words.

    whole   students whose other points are not put back: they had none for what is handed in now
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
    rows = {row["student"]: row for row in Ledger(ledger_folder(course, unit)).rows() if row["student"] not in whole}
    points = [[*place, *held] for place, held in before.items() if place[0] not in whole]
    write_whole(_kept_file(course, unit), {"question": question, "points": points, "rows": rows})
    work()
    after = automatic_points(course, unit)
    put_others_back(course, unit)
    return [
        f"{student}, {cell}: {_said(points)} -> {_said(after[student, notebook, cell][0])}"
        for (student, notebook, cell), (points, _) in before.items()
        if question_of(cell) == question and after.get((student, notebook, cell), (points,))[0] != points
    ]


def _kept_file(course: Course, unit: str) -> Path:
    """Points and rows as they were, so that a run that is cut off can be put right by the next one."""
    return ledger_folder(course, unit) / "one-question.kept"


def _read_kept(file: Path, unit: str) -> dict[str, Any]:
    try:
        told: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        return told
    except (OSError, ValueError) as error:
        raise CourseKitError(
            f"{file} cannot be read ({error}). It keeps the points of other questions while 'course grade {unit} "
            "--question' works. Put it back from a backup, or delete it: the gradebook's points then stay as they are."
        ) from error


def put_others_back(course: Course, unit: str) -> None:
    """After one question was graded again: points and rows of all others as they were. Nothing to do after other runs."""
    file = _kept_file(course, unit)
    if not file.is_file():
        return
    told = _read_kept(file, unit)
    now = automatic_points(course, unit)
    with open_book(course) as book:
        for student, notebook, cell, points, look in told["points"]:
            if question_of(cell) != told["question"] and now.get((student, notebook, cell)) not in (
                None,
                (points, look),
            ):
                held = book.find_grade(cell, notebook, unit, student)
                held.auto_score, held.needs_manual_grade = points, look
        book.db.commit()
    ledger = Ledger(ledger_folder(course, unit))
    for record in list(ledger.records()):  # report and feedback read these
        row = record["row"]
        cells = told["rows"].get(row["student"], {"cells": {}})["cells"]
        others = {key: cell for key, cell in cells.items() if question_of(key.rpartition("/")[2]) != told["question"]}
        row["cells"] = {key: others.get(key, cell) for key, cell in row["cells"].items()}
        ledger.finish(row["student"], record)
    file.unlink()


def _said(points: float | None) -> str:
    return "not marked" if points is None else f"{points:g}"
