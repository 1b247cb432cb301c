"""Feedback teaches and gives nothing away; the report counts what it says; marks open in a spreadsheet as marks."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import pytest
from minicourse import make_course

from coursekit import notebooks, release
from coursekit.classroom import gradebook
from coursekit.course import Course
from coursekit.errors import CourseKitError
from coursekit.jobs import grade
from coursekit.report import class_report, export, feedback

ANSWERS = {
    "ada": "def twice(x):\n    return 2 * x",
    "bo": "def twice(x):\n    return x + 2",
    "cy": "def twice(x):\n    return x + 2",
    "dee": None,
    "=cmd": "def twice(x):\n    return abs(x + x)",
}


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """A class of six, graded, with one mark given by hand; the sixth handed in something that is no notebook."""
    course = make_course(tmp_path_factory.mktemp("class") / "course")
    release.release(course, "9-try")
    for student, answer in ANSWERS.items():
        folder = course.submitted / student / "9-try"
        folder.mkdir(parents=True)
        nb = notebooks.load(course.release / "9-try" / "9-try.ipynb")
        if answer is not None:
            nb.cells[2].source = answer
            nb.cells[4].source = "Because <b>I</b> say so."
        (folder / "9-try.ipynb").write_bytes(notebooks.dump(nb))
    broken = course.submitted / "eve" / "9-try"
    broken.mkdir(parents=True)
    (broken / "9-try.ipynb").write_text("no notebook")
    assert grade(course, "9-try", workers=2).exit_status == 1
    with gradebook(course) as book:
        book.update_or_create_student("ada", first_name="Ada", last_name="Lovelace", email="ada@example.org")
        mark = book.find_grade("try-why", "9-try", "9-try", "ada")
        mark.manual_score, mark.needs_manual_grade = 1.0, False
        book.find_comment("try-why", "9-try", "9-try", "ada").manual_comment = "Say which number & why."
        book.db.commit()
    return course


@pytest.fixture(scope="module")
def pages(graded: Course) -> dict[str, str]:
    return {path.parents[1].name: path.read_text(encoding="utf-8") for path in feedback(graded, "9-try")}


def test_feedback_says_what_was_right_and_what_was_not(pages: dict[str, str]) -> None:
    assert "5 of 6" in pages["ada"]
    assert "Say which number &amp; why." in pages["ada"]
    assert "You added two. Twice means two times." in pages["bo"]
    assert "not attempted" in pages["dee"]
    assert "not JSON" in pages["eve"]


def test_a_hidden_check_is_told_in_neutral_words(pages: dict[str, str]) -> None:
    assert "A hidden check with other inputs of the same kind did not pass." in pages["=cmd"]


def test_feedback_gives_nothing_away_and_runs_nothing(pages: dict[str, str]) -> None:
    told = "".join(pages.values())
    for secret in ("secret_of_the_key", "assert", "-1.5", "twice(3)", "Traceback", "BEGIN HIDDEN", "only markers read"):
        assert secret not in told, secret
    assert "<script" not in told
    assert "<b>I</b>" not in told
    assert not re.findall(r'(?:src|href)="http', told)


def read_rows(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"))))


def test_the_report_counts_questions_and_known_mistakes(graded: Course) -> None:
    files = {path.name: path for path in class_report(graded, "9-try")}
    item = next(row for row in read_rows(files["checks.csv"]) if row["check"] == "try-twice-check")
    assert (item["right"], item["not attempted"]) == ("1", "1")
    assert float(item["difficulty"]) == pytest.approx(1 / 6, abs=0.001)
    assert item["discrimination"] == "not known"  # there is no other check to compare it with
    held = [row for row in read_rows(files["mistakes.csv"]) if row["students"] != "0"]
    assert [(row["mistake"], row["students"]) for row in held] == [("adds-two", "2")]
    assert {row["student"]: row["status"] for row in read_rows(files["students.csv"])}["eve"] == "failed"
    page = files["index.html"].read_text(encoding="utf-8")
    assert page.count("<img alt=") == 2
    assert not re.findall(r'(?:src|href)="http', page)


def read_csv(path: Path) -> list[list[str]]:
    return list(csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"))))


def test_marks_for_people(graded: Course, tmp_path: Path) -> None:
    assert export(graded, tmp_path / "marks.csv") == 6
    rows = {row["student_id"]: row for row in read_rows(tmp_path / "marks.csv")}
    ada = rows["ada"]
    assert (ada["last_name"], ada["first_name"], ada["email"]) == ("Lovelace", "Ada", "ada@example.org")
    assert (float(ada["score"]), float(ada["max_score"])) == (5.0, 6.0)
    assert (rows["ada"]["needs_manual_grade"], rows["bo"]["needs_manual_grade"]) == ("False", "True")


def test_marks_for_canvas_and_moodle(graded: Course, tmp_path: Path) -> None:
    export(graded, tmp_path / "canvas.csv", format="canvas")
    head, possible, *rows = read_csv(tmp_path / "canvas.csv")
    assert head == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "9-try"]
    assert float(possible[-1]) == 6
    assert ["Lovelace, Ada", "", "ada", "ada", "", "5.0"] in rows
    export(graded, tmp_path / "moodle.csv", format="moodle")
    assert ["Ada", "Lovelace", "ada", "ada@example.org", "5.0"] in read_csv(tmp_path / "moodle.csv")


def test_a_name_is_never_a_formula(graded: Course, tmp_path: Path) -> None:
    export(graded, tmp_path / "marks.csv")
    assert all(not cell.startswith("=") for row in read_csv(tmp_path / "marks.csv") for cell in row)


def test_before_grading_there_is_one_clear_sentence(course: Course, tmp_path: Path) -> None:
    with pytest.raises(CourseKitError, match="course grade 9-try"):
        feedback(course, "9-try")
    with pytest.raises(CourseKitError, match="no format 'excel'"):
        export(course, tmp_path / "marks.csv", format="excel")
