"""A small class whose notebooks are graded and whose written answers wait for a marker."""

from __future__ import annotations

from pathlib import Path

import nbformat
from minicourse import make_course

from coursekit import classroom, notebooks, release
from coursekit.automatic import AutomaticMarks, NotebookMarks
from coursekit.course import Course
from coursekit.gradebook import open_book
from coursekit.handed_in import read_plans
from coursekit.marking import Marking

UNIT = "9-try"
STUDENTS = {"ada": "Because two threes are six.", "ben": "Because I say so.", "cem": "Two heaps of three."}


def make_answered_class(folder: Path) -> Course:
    """A class of these students, each with one written answer."""
    roster = folder / "students.csv"
    roster.write_text("id,first_name,last_name\nada,Ada,A\nben,Ben,B\ncem,Cem,C\n", encoding="utf-8")
    made = classroom.new_class(make_course(folder / "course"), folder / "class", roster, [UNIT], {}, False)
    release.release(made, UNIT)
    for student, text in STUDENTS.items():
        grade_by_hand(made, student, text)
    return made


def grade_by_hand(made: Course, student: str, text: str) -> None:
    """What a grading run leaves behind: a notebook in autograded/ and automatic points in the gradebook."""
    nb = notebooks.load(made.source / UNIT / f"{UNIT}.ipynb")
    for cell in nb.cells:
        if cell.metadata.get("nbgrader", {}).get("grade_id") == "try-why":
            cell.source = text
    folder = made.autograded / student / UNIT
    folder.mkdir(parents=True, exist_ok=True)
    nbformat.write(nb, folder / f"{UNIT}.ipynb")
    with AutomaticMarks(made, UNIT) as book:
        book.register(read_plans(made, UNIT))
        book.write(student, {UNIT: NotebookMarks({"try-twice-check": 4.0, "try-why": None})}, None)


def grade_of(made: Course, student: str) -> tuple[float | None, bool, str | None]:
    """The mark given by hand, whether one is still wanted, and the comment, as the gradebook has them."""
    with open_book(made) as book:
        grade = book.find_grade("try-why", UNIT, UNIT, student)
        comment = book.find_comment("try-why", UNIT, UNIT, student).manual_comment
        return grade.manual_score, grade.needs_manual_grade, comment


def id_of(desk: Marking, student: str) -> str:
    """The name by which the marking page knows a student's answer."""
    return next(answer.id for answer in desk.answers() if answer.student == student)
