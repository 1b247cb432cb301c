"""A class: its own folder with students, due dates, the keys of the chosen units; and how far each unit is.

A class folder is whole: the key that a class is graded with stays as it was when the class was made, whatever happens
to the course, and an instructor may change it there without the change being public.
"""

from __future__ import annotations

import datetime as dt
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from coursekit.course import CONFIG_NAME, Course
from coursekit.errors import CourseKitError, UnknownUnit
from coursekit.gradebook import open_book
from coursekit.handed_in import submitted_by, waiting_students
from coursekit.lab import START
from coursekit.report.feedback import returned
from coursekit.roster import read_students, renew


def parse_due(text: str) -> dt.datetime:
    """'2027-02-01' (end of that day) or '2027-02-01T17:00', in this machine's time, as nbgrader keeps it: UTC, no zone."""
    try:
        day = dt.datetime.fromisoformat(text)
    except ValueError as error:
        raise CourseKitError(
            f"'{text}' is not a date. Write it as 2027-02-01, or 2027-02-01T17:00 with a time."
        ) from error
    if "T" not in text and " " not in text:
        day = day.replace(hour=23, minute=59, second=59)
    return day.astimezone(dt.UTC).replace(tzinfo=None)


def _class_config(course: Course, name: str, show_solutions: bool) -> str:
    """The course's configuration, with the class's own id and settings at its end."""
    text = (course.root / CONFIG_NAME).read_text(encoding="utf-8")
    return (
        f"{text.rstrip()}\n\n# Settings of this class, made by 'course new-class'.\n"
        f"c.CourseDirectory.course_id = {name!r}\n"
        f"c.CourseKit.show_solutions = {show_solutions}\n"
    )


def _check_class(course: Course, folder: Path, units: list[str], due: dict[str, dt.datetime]) -> None:
    """CourseKitError where no class can be made of these words."""
    above = next(place for place in (folder, *folder.parents) if place.exists())
    if not above.is_dir():
        raise CourseKitError(f"{above} is a file, so no class can be made in it. Name a new folder for the class.")
    if folder.exists() and any(folder.iterdir()):
        raise CourseKitError(f"{folder} is not empty. Name a new folder for the class.")
    missing = [unit for unit in units if not (course.source / unit).is_dir()]
    if missing:
        raise CourseKitError(f"No key for {', '.join(missing)} in {course.source}. Run 'course build' first.")
    for unit in due:
        if unit not in units:
            raise UnknownUnit(
                f"There is a due date for '{unit}', but the class has only {', '.join(units)}. Add --unit {unit}, or leave "
                "that date out."
            )


def new_class(
    course: Course,
    folder: Path,
    students: Path | None,
    units: list[str],
    due: dict[str, dt.datetime],
    show_solutions: bool,
) -> Course:
    """Make a class folder from the course: lessons and keys of the units, students and due dates in its gradebook.

    raises CourseKitError when the folder holds something, or a unit has no key here; nothing is left half made
    """
    folder = folder.expanduser().resolve()
    _check_class(course, folder, units, due)
    people = read_students(students) if students else []
    half = folder.with_name(f".{folder.name}.new")
    shutil.rmtree(half, ignore_errors=True)
    half.mkdir(parents=True)
    (half / CONFIG_NAME).write_text(_class_config(course, folder.name, show_solutions), encoding="utf-8")
    made = Course(half)
    for unit in units:
        shutil.copytree(course.source / unit, made.source / unit)
    for unit in {Path(START).stem, *units}:  # the start page is there in every class
        lesson = course.lessons / f"{unit}.ipynb"
        if lesson.is_file():
            made.lessons.mkdir(exist_ok=True)
            shutil.copy(lesson, made.lessons)
    with open_book(made) as book:
        renew(book, people)
        for unit in units:
            book.update_or_create_assignment(unit, **({"duedate": due[unit]} if unit in due else {}))
    if folder.exists():
        folder.rmdir()
    half.rename(folder)
    return Course(folder)


@dataclass(frozen=True)
class UnitStatus:
    """How far one unit is: counts of students; due is UTC, None when none is set.

    graded      with a result of what lies there now: a newer hand-in, or a changed key, waits to be graded
    to_grade    with work that lies there and has no such result
    to_mark     with a written answer that nobody has marked yet
    to_look_at  with points that nobody could give by program (a file that could not be read or graded)
    returned    with a feedback page that tells what the gradebook holds now
    to_return   with a result and without such a page
    """

    unit: str
    released: bool
    due: dt.datetime | None
    students: int
    collected: int
    graded: int
    to_grade: int
    to_mark: int
    to_look_at: int
    returned: int
    to_return: int

    @property
    def step(self) -> str:
        """The command that comes next; empty where nothing is left."""
        if not self.collected and not self.graded:
            return "collect" if self.released else "release"
        if self.to_grade:
            return "grade"
        if self.to_mark:
            return "mark"
        return "feedback" if self.to_return else ""

    @property
    def next_step(self) -> str:
        """What to type next, or that nothing is left."""
        if not self.step:
            return "nothing: all is returned"
        return f"course {self.step} {self.unit}{' FOLDER-OR-ZIP' if self.step == 'collect' else ''}"


def _written_cells(assignment: Any) -> set[str]:
    """Cells that a person marks: written answers and tasks."""
    answers = {cell.name for notebook in assignment.notebooks for cell in notebook.solution_cells}
    graded = {cell.name for notebook in assignment.notebooks for cell in notebook.grade_cells}
    return (answers & graded) | {cell.name for notebook in assignment.notebooks for cell in notebook.task_cells}


def _open_marks(submission: Any) -> set[str]:
    return {grade.name for notebook in submission.notebooks for grade in notebook.grades if grade.needs_manual_grade}


def open_answers(course: Course, units: list[str] | None = None) -> dict[str, int]:
    """For each unit of the class (or these): students with a written answer that nobody has marked."""
    with open_book(course) as book:
        known = {a.name: a for a in book.assignments}
        return {unit: _to_mark(known[unit]) if unit in known else 0 for unit in units or course.units}


def _to_mark(assignment: Any) -> int:
    written = _written_cells(assignment)
    return sum(bool(_open_marks(submission) & written) for submission in assignment.submissions)


def _to_look_at(assignment: Any) -> int:
    written = _written_cells(assignment)
    return sum(bool(_open_marks(submission) - written) for submission in assignment.submissions)


def unit_status(course: Course, unit: str) -> UnitStatus:
    """How far one unit is."""
    (row,) = status(course, [unit])
    return row


def status(course: Course, units: list[str] | None = None) -> list[UnitStatus]:
    """Every unit of the class (or these), in order. Whatever is missing in the class folder is no error."""
    with open_book(course) as book:
        known = {a.name: a for a in book.assignments}
        students = len(book.students)
        return [_status_of(course, unit, known.get(unit), students) for unit in units or course.units]


def _status_of(course: Course, unit: str, assignment: Any, students: int) -> UnitStatus:
    collected = submitted_by(course, unit).keys()
    results = {submission.student_id for submission in assignment.submissions} if assignment else set()
    graded = results - waiting_students(course, unit) if results else set()
    current = returned(course, unit) & results if results else set()
    return UnitStatus(
        unit=unit,
        released=(course.release / unit).is_dir() and assignment is not None and bool(assignment.notebooks),
        due=assignment.duedate if assignment else None,
        students=students,
        collected=len(collected),
        graded=len(graded),
        to_grade=len(collected - graded),
        to_mark=_to_mark(assignment) if assignment else 0,
        to_look_at=_to_look_at(assignment) if assignment else 0,
        returned=len(current),
        to_return=len(graded - current),
    )
