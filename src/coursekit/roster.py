"""Who is in the class?

A CSV of students goes into nbgrader's gradebook; from there come the names by which a platform's files are mapped.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from coursekit.course import Course
from coursekit.errors import CourseKitError
from coursekit.gradebook import is_made, open_book

COLUMNS = {"id": ("id", "student", "student id", "sis user id", "username", "user"),
           "first_name": ("first name", "given name", "firstname"),
           "last_name": ("last name", "surname", "family name", "lastname"),
           "email": ("email", "email address", "e mail"),
           "lms_user_id": ("lms user id", "lms id", "canvas id", "id number")}  # fmt: skip


@dataclass(frozen=True)
class Person:
    """A student on the roster: the id used everywhere, and the names by which an LMS may call them."""

    id: str
    first_name: str = ""
    last_name: str = ""
    lms_id: str = ""

    @property
    def keys(self) -> set[str]:
        """All the ways in which a file may name this person, folded."""
        full = [f"{self.first_name}{self.last_name}", f"{self.last_name}{self.first_name}"]
        return {fold(word) for word in [self.id, self.lms_id, *full] if fold(word)}


def fold(name: str) -> str:
    """Letters and digits only, lower case, one Unicode form: 'Li, Wén' and 'liwén' are the same."""
    return "".join(c for c in unicodedata.normalize("NFKC", name).casefold() if c.isalnum())


def student_id_of(name: str) -> str:
    """A name as a folder name: what separates paths, and leading dots, become '_'."""
    cleaned = re.sub(r"[/\\\x00-\x1f+]", "_", unicodedata.normalize("NFC", name)).strip()
    return re.sub(r"^\.+", "_", cleaned) or "_"


def roster(course: Course) -> list[Person]:
    """The students that the gradebook knows; empty where there is no gradebook yet."""
    if not is_made(course):
        return []
    with open_book(course) as book:
        return [Person(s.id, s.first_name or "", s.last_name or "", s.lms_user_id or "") for s in book.students]


def read_students(path: Path) -> list[dict[str, str]]:
    """Rows of a CSV with at least a column 'id' (or one that an LMS calls so), as nbgrader's student fields.

    raises CourseKitError, naming the row, for a missing id, an id twice or one that cannot name a folder, and for a file
    without such a column or without students
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise CourseKitError(
            f"The students' file {path} cannot be read ({error.strerror}). Name a CSV file that is there."
        ) from error
    except UnicodeDecodeError as error:
        raise CourseKitError(f"{path} is not UTF-8 text. In your spreadsheet, save it as 'CSV UTF-8'.") from error
    first = text.strip().split("\n")[0]
    separator = max(",;\t", key=first.count)  # spreadsheets of many countries write semicolons
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
    except csv.Error as error:
        raise CourseKitError(
            f"{path} is not a table ({error}). In your spreadsheet, save it as 'CSV UTF-8'."
        ) from error
    numbered = [(number, row) for number, row in enumerate(rows, start=1) if any(cell.strip() for cell in row)]
    if not numbered:
        raise CourseKitError(f"{path} is empty. Its first line should name the columns: id,first_name,last_name,email.")
    places = _places(path, numbered[0][1])
    if not numbered[1:]:
        raise CourseKitError(
            f"{path} names columns but no student. Write one line for each student, then run it again."
        )
    students: list[dict[str, str]] = []
    seen: dict[str, str] = {}
    for number, row in numbered[1:]:  # numbered as a spreadsheet does, empty rows too
        told = [unicodedata.normalize("NFC", cell).strip() for cell in row]
        cells = {field: told[at] for field, at in places.items() if at < len(told) and told[at]}
        if "id" not in cells:
            raise CourseKitError(f"Row {number} of {path} has no id. Give every student one, then run it again.")
        _check_id(cells["id"], f"Row {number} of {path}", seen)
        students.append(cells)
    return students


def _places(path: Path, header: list[str]) -> dict[str, int]:
    """In which column each of nbgrader's student fields stands; CourseKitError where none is the id."""
    head = [re.sub(r"[\s_-]+", " ", cell).strip().lower() for cell in header]
    found = {field: next((head.index(w) for w in words if w in head), None) for field, words in COLUMNS.items()}
    if found["id"] is None:
        raise CourseKitError(f"{path} has the columns {', '.join(head)}, but none called 'id'. Name one column 'id'.")
    return {field: at for field, at in found.items() if at is not None}


def _check_id(student: str, where: str, seen: dict[str, str]) -> None:
    """An id names a folder, on every system, and no two students share it; `seen` learns of it."""
    if student_id_of(student) != student or not student.isprintable():
        raise CourseKitError(
            f"{where} has the id {student!r}, which cannot name a folder. An id has no / \\ + and no line break, and does "
            "not begin with a dot. Change it, then run it again."
        )
    twin = seen.get(student.casefold())
    if twin is not None:
        same = "a second time" if twin == student else f"which differs from '{twin}' only in capital letters"
        raise CourseKitError(f"{where} has the id '{student}' {same}. Give every student an id of their own.")
    seen[student.casefold()] = student


def add_students(course: Course, path: Path) -> tuple[list[str], list[str]]:
    """Add the students of a CSV to a class, or renew their names; nobody is removed. Returns (new ids, ids known before).

    An id that differs from a known one only in capital letters is that student's: both would name one folder.
    """
    people = read_students(path)
    with open_book(course) as book:
        known = {student.id.casefold(): student.id for student in book.students}
        new = [person["id"] for person in people if person["id"].casefold() not in known]
        renew(book, [person | {"id": known.get(person["id"].casefold(), person["id"])} for person in people])
    return new, [known[person["id"].casefold()] for person in people if person["id"].casefold() in known]


def renew(book: Any, people: list[dict[str, str]]) -> None:
    """Write students, as read_students gives them, into an open gradebook."""
    for person in people:
        book.update_or_create_student(person["id"], **{k: v for k, v in person.items() if k != "id"})
