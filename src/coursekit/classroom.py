"""A class: its own folder with students, due dates, the keys of the chosen units; and how far each unit is.

A class folder is whole: the key that a class is graded with stays as it was when the class was made, whatever happens
to the course, and an instructor may change it there without the change being public.
"""

from __future__ import annotations

import csv
import datetime as dt
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from coursekit.course import CONFIG_NAME, Course
from coursekit.errors import CourseKitError
from coursekit.gradebook import open_book
from coursekit.lab import START

COLUMNS = {"id": ("id", "student", "student_id", "sis user id", "username", "user"),
           "first_name": ("first_name", "first name", "given name", "firstname"),
           "last_name": ("last_name", "last name", "surname", "family name", "lastname"),
           "email": ("email", "email address", "e-mail"),
           "lms_user_id": ("lms_user_id", "lms id", "canvas id", "id number")}  # fmt: skip


def read_students(path: Path) -> list[dict[str, str]]:
    """Rows of a CSV with at least a column 'id' (or one that an LMS calls so), as nbgrader's student fields.

    raises CourseKitError, naming the line, for a missing id, an id twice, or a file without such a column
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise CourseKitError(
            f"The students' file {path} cannot be read ({error.strerror}). Name a CSV file."
        ) from error
    except UnicodeDecodeError as error:
        raise CourseKitError(f"{path} is not UTF-8 text. In your spreadsheet, save it as 'CSV UTF-8'.") from error
    reader = csv.reader(
        text.splitlines(), csv.Sniffer().sniff(text, ",;\t") if ";" in text or "\t" in text else csv.excel
    )
    rows = [row for row in reader if any(cell.strip() for cell in row)]
    if not rows:
        raise CourseKitError(f"{path} is empty. Its first line should name the columns: id,first_name,last_name,email.")
    head = [cell.strip().lower() for cell in rows[0]]
    places = {field: next((head.index(w) for w in words if w in head), None) for field, words in COLUMNS.items()}
    if places["id"] is None:
        raise CourseKitError(f"{path} has the columns {', '.join(head)}, but none called 'id'. Name one column 'id'.")
    students, seen = [], set()
    for number, row in enumerate(rows[1:], start=2):
        cells = {f: row[at].strip() for f, at in places.items() if at is not None and at < len(row) and row[at].strip()}
        if "id" not in cells:
            raise CourseKitError(f"Line {number} of {path} has no id. Give every student one, then run it again.")
        if cells["id"] in seen:
            raise CourseKitError(f"Line {number} of {path} has the id '{cells['id']}' a second time. Ids must differ.")
        seen.add(cells["id"])
        students.append(cells)
    return students


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
    if folder.exists() and any(folder.iterdir()):
        raise CourseKitError(f"{folder} is not empty. Name a new folder for the class.")
    missing = [unit for unit in units if not (course.source / unit).is_dir()]
    if missing:
        raise CourseKitError(f"No key for {', '.join(missing)} in {course.source}. Run 'course build' first.")
    people = read_students(students) if students else []
    half = folder.with_name(f".{folder.name}.new")
    shutil.rmtree(half, ignore_errors=True)
    half.mkdir(parents=True)
    (half / CONFIG_NAME).write_text(_class_config(course, folder.name, show_solutions), encoding="utf-8")
    for unit in units:
        shutil.copytree(course.source / unit, half / Course(half).source.name / unit)
    for unit in {Path(START).stem, *units}:  # the start page is there in every class
        lesson = course.lessons / f"{unit}.ipynb"
        if lesson.is_file():
            (half / "course").mkdir(exist_ok=True)
            shutil.copy(lesson, half / "course")
    if folder.exists():
        folder.rmdir()
    half.rename(folder)
    made = Course(folder)
    with open_book(made) as book:
        for person in people:
            book.update_or_create_student(person["id"], **{k: v for k, v in person.items() if k != "id"})
        for unit in units:
            book.update_or_create_assignment(unit, **({"duedate": due[unit]} if unit in due else {}))
    return made


@dataclass(frozen=True)
class UnitStatus:
    """How far one unit is: counts of students; due is UTC, None when none is set.

    to_mark     with a written answer that nobody has marked yet
    to_look_at  with an automatic mark that a person should see (a file that could not be read, something flagged)
    """

    unit: str
    released: bool
    due: dt.datetime | None
    students: int
    collected: int
    graded: int
    to_mark: int
    to_look_at: int
    returned: int

    @property
    def next_step(self) -> str:
        """What to do next, as a command."""
        short = self.unit
        if not self.released:
            return f"course release {short}"
        if not self.collected:
            return f"course collect {short} FOLDER-OR-ZIP"
        if self.graded < self.collected:
            return f"course grade {short}"
        if self.to_mark:
            return f"course mark {short}"
        if self.returned < self.graded:
            return f"course feedback {short}"
        return "nothing: all is returned"


def _written_cells(assignment: Any) -> set[str]:
    """Cells that a person marks: written answers and tasks."""
    answers = {cell.name for notebook in assignment.notebooks for cell in notebook.solution_cells}
    graded = {cell.name for notebook in assignment.notebooks for cell in notebook.grade_cells}
    return (answers & graded) | {cell.name for notebook in assignment.notebooks for cell in notebook.task_cells}


def _open_marks(submission: Any) -> set[str]:
    return {grade.name for notebook in submission.notebooks for grade in notebook.grades if grade.needs_manual_grade}


def _folders(place: Path, unit: str) -> int:
    return sum((student / unit).is_dir() for student in place.iterdir()) if place.is_dir() else 0


def status(course: Course) -> list[UnitStatus]:
    """Every unit of the class, in order."""
    rows = []
    with open_book(course) as book:
        known = {a.name: a for a in book.assignments}
        students = len(book.students)
        for unit in course.units:
            assignment = known.get(unit)
            graded = list(assignment.submissions) if assignment else []
            written = _written_cells(assignment) if assignment else set()
            rows.append(
                UnitStatus(
                    unit=unit,
                    released=(course.release / unit).is_dir() and assignment is not None and bool(assignment.notebooks),
                    due=assignment.duedate if assignment else None,
                    students=students,
                    collected=_folders(course.submitted, unit),
                    graded=len(graded),
                    to_mark=sum(bool(_open_marks(s) & written) for s in graded),
                    to_look_at=sum(bool(_open_marks(s) - written) for s in graded),
                    returned=_folders(course.feedback, unit),
                )
            )
    return rows
