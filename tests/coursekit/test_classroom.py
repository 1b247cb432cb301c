"""A class is set up in one step or not at all, says how far it is, and hands out no key."""

from __future__ import annotations

import csv
import datetime as dt
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from terminal import Terminal

from coursekit import bundle, classroom, notebooks, release
from coursekit.automatic import AutomaticMarks, NotebookMarks
from coursekit.class_files import marks_file
from coursekit.course import Course
from coursekit.errors import CourseKitError
from coursekit.gradebook import open_book
from coursekit.handed_in import ledger_folder, read_plans
from coursekit.ledger import Ledger

DUE = dt.datetime(2027, 2, 1, 17, 0)


@pytest.fixture
def students(tmp_path: Path) -> Path:
    path = tmp_path / "students.csv"
    path.write_text("\ufeffid;First name;Last name\na1;Ada;Lovelace\nb 2;Wén;Lǐ\n", encoding="utf-8")
    return path


@pytest.fixture
def made(course: Course, students: Path, tmp_path: Path) -> Course:
    return classroom.new_class(course, tmp_path / "spring", students, ["9-try"], {"9-try": DUE}, False)


def test_a_new_class_has_students_due_dates_and_its_own_key(course: Course, made: Course) -> None:
    with open_book(made) as book:
        assert [(s.id, s.first_name, s.last_name) for s in book.students] == [
            ("a1", "Ada", "Lovelace"),
            ("b 2", "Wén", "Lǐ"),
        ]
        assert book.find_assignment("9-try").duedate == DUE
    assert made.config.CourseKit.show_solutions is False
    assert made.units == ["9-try"]
    key = made.source / "9-try" / "9-try.ipynb"
    assert key.read_bytes() == (course.source / "9-try" / "9-try.ipynb").read_bytes()


def test_the_due_date_survives_a_release(made: Course) -> None:
    release.release(made, "9-try")
    (row,) = classroom.status(made)
    assert (row.released, row.due, row.students, row.collected) == (True, DUE, 2, 0)
    assert row.next_step == "course collect 9-try FOLDER-OR-ZIP"


def a_cell_twice(key: Path) -> None:
    nb = notebooks.load(key)
    nb.cells[1].metadata["nbgrader"]["grade_id"] = "try-twice"
    key.write_bytes(notebooks.dump(nb))


@pytest.mark.parametrize(
    ("damage", "says"),
    [
        (
            lambda key: key.write_bytes(key.read_bytes()[:400]),
            "could not release '9-try': Notebook does not appear to be JSON",
        ),
        (a_cell_twice, "could not release '9-try': Duplicate grade id: try-twice"),
        (lambda key: key.unlink(), "There is no key in .*9-try. Run 'course build', or put it back, first."),
    ],
    ids=["half a file", "a cell twice", "gone"],
)
def test_a_key_that_cannot_be_released_says_why_and_the_last_release_stays(
    made: Course, damage: Callable[[Path], object], says: str
) -> None:
    release.release(made, "9-try")
    before = {path: path.read_bytes() for path in made.release.rglob("*.*")}
    damage(made.source / "9-try" / "9-try.ipynb")
    with pytest.raises(CourseKitError, match=says):
        release.release(made, "9-try")
    assert {path: path.read_bytes() for path in made.release.rglob("*.*")} == before


@pytest.mark.parametrize("stop", [KeyboardInterrupt, OSError])
def test_a_first_release_that_is_cut_off_leaves_no_half_one(
    made: Course, monkeypatch: pytest.MonkeyPatch, stop: type[BaseException]
) -> None:
    def half(course: Course, unit: str, *_: object, **__: object) -> None:
        (course.release / unit).mkdir(parents=True)
        (course.release / unit / "help.json").write_text("{}")
        raise stop

    monkeypatch.setattr(release, "generate", half)
    with pytest.raises(stop):
        release.release(made, "9-try")
    assert not (made.release / "9-try").exists()


def test_a_folder_that_holds_something_is_left_alone(course: Course, tmp_path: Path) -> None:
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "chapter.txt").write_text("mine")
    with pytest.raises(CourseKitError, match="is not empty"):
        classroom.new_class(course, tmp_path / "thesis", None, ["9-try"], {}, False)
    assert [p.name for p in (tmp_path / "thesis").iterdir()] == ["chapter.txt"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "is empty"),
        ("name\nAda\n", "none called 'id'"),
        ("id,email\na1,x\na1,y\n", "Row 3 .* a second time"),
        ("id,email\n,x\n", "Row 2 .* has no id"),
    ],
)
def test_a_students_file_that_cannot_be_used(course: Course, tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "bad.csv"
    path.write_text(text)
    with pytest.raises(CourseKitError, match=says):
        classroom.new_class(course, tmp_path / "spring", path, ["9-try"], {}, False)
    assert not (tmp_path / "spring").exists()


def test_a_day_is_due_at_its_end() -> None:
    assert classroom.parse_due("2027-02-01").second == 59
    with pytest.raises(CourseKitError, match="Write it as 2027-02-01"):
        classroom.parse_due("1 February")


def test_the_bundle_holds_no_key(made: Course, tmp_path: Path) -> None:
    release.release(made, "9-try")
    files, searched = bundle.make_bundle(made, tmp_path / "for-students.zip")
    assert searched >= 2
    with zipfile.ZipFile(tmp_path / "for-students.zip") as archive:
        names = archive.namelist()
        told = b"".join(archive.read(n) for n in names if n.endswith((".ipynb", ".json")))
    assert len(names) == files
    assert "for-students/assignments/9-try/9-try.ipynb" in names
    assert "for-students/pyproject.toml" in names
    assert not [n for n in names if n.split("/")[1] in ("solutions", "tests", "manuscript", "grading")]
    assert b"secret_of_the_key" not in told


@pytest.mark.parametrize(
    "secret",
    [
        "secret_of_the_key = 2 * x\nreturn secret_of_the_key",
        "assert twice(-1.5) == -3.0",
        "a reason that only markers read",
    ],
)
def test_a_leak_is_found_and_no_bundle_is_made(made: Course, tmp_path: Path, secret: str) -> None:
    release.release(made, "9-try")
    (made.root / "course").mkdir(exist_ok=True)
    (made.release / "9-try" / "notes.txt").write_text(f"psst: {secret}")
    with pytest.raises(CourseKitError, match=r"notes\.txt holds"):
        bundle.make_bundle(made, tmp_path / "for-students.zip")
    assert not list(tmp_path.glob("for-students*"))


def test_nbgraders_own_commands_work_on_a_class(made: Course, tmp_path: Path) -> None:
    (tmp_path / "exchange").mkdir()
    (tmp_path / "exchange").chmod(0o777)
    with (made.root / "nbgrader_config.py").open("a", encoding="utf-8") as config:
        config.write(
            f"c.Exchange.root = {str(tmp_path / 'exchange')!r}\nc.Exchange.cache = {str(tmp_path / 'cache')!r}\n"
        )

    def nbgrader(*words: str) -> str:
        home = {**os.environ, "HOME": str(tmp_path), "JUPYTER_DATA_DIR": str(tmp_path / "jupyter")}
        done = subprocess.run(
            [sys.executable, "-m", "nbgrader", *words], cwd=made.root, env=home, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        return done.stdout + done.stderr

    nbgrader("generate_assignment", "9-try")
    nbgrader("release_assignment", "9-try")
    assert "spring 9-try" in nbgrader("list")
    key = made.source / "9-try" / "9-try.ipynb"
    assert "Success! Your notebook passes all the tests." in nbgrader("validate", str(key))
    (made.submitted / "a1" / "9-try").mkdir(parents=True)
    shutil.copy(key, made.submitted / "a1" / "9-try")
    nbgrader("autograde", "9-try")
    nbgrader("generate_feedback", "9-try")
    assert (made.feedback / "a1" / "9-try" / "9-try.html").is_file()
    nbgrader("export", "--to", "marks.csv")
    with (made.root / "marks.csv").open(encoding="utf-8", newline="") as lines:
        scores = {row["student_id"]: (row["score"], row["max_score"]) for row in csv.DictReader(lines)}
    assert scores == {"a1": ("4.0", "6.0"), "b 2": ("0.0", "6.0")}
    (row,) = classroom.status(made)
    assert (row.released, row.collected, row.graded, row.to_mark, row.returned) == (True, 1, 1, 1, 1)


def give_result(made: Course, student: str) -> None:
    """What a grading run leaves behind, in few words: a row of the run and points in the gradebook."""
    Ledger(ledger_folder(made, "9-try")).finish(
        student, {"fingerprint": "of what lay there", "row": {"student": student, "status": "graded", "reasons": []}}
    )
    with AutomaticMarks(made, "9-try") as book:
        book.register(read_plans(made, "9-try"))
        book.write(student, {"9-try": NotebookMarks({"try-twice-check": 4.0, "try-why": 1.0})}, None)


def hand_in(made: Course, student: str) -> None:
    shutil.copytree(made.release / "9-try", made.submitted / student / "9-try")


@pytest.mark.parametrize("gone", [["submitted"], ["solutions"], ["submitted", "solutions"], ["autograded", "feedback"]])
def test_whatever_is_gone_from_a_class_folder_status_says_what_comes_next(
    made: Course, terminal: Terminal, gone: list[str]
) -> None:
    release.release(made, "9-try")
    hand_in(made, "a1")
    give_result(made, "a1")
    marks = marks_file(made, "9-try", "first")
    marks.parent.mkdir(parents=True)
    marks.write_text('{"x": {"question": "try-why", "student": "a1", "score": 2.0, "levels": [1]}}', encoding="utf-8")
    (made.feedback / "a1" / "9-try").mkdir(parents=True)
    for name in gone:
        for place in (made.root / name, made.root / "grading" / name):
            shutil.rmtree(place, ignore_errors=True)
    said = terminal("status", "--course-dir", made.root)
    assert re.search(r"^9-try .* course (collect|grade|feedback) 9-try", said, re.M), said


def test_a_result_of_one_student_does_not_stand_for_the_work_of_another(made: Course) -> None:
    release.release(made, "9-try")
    give_result(made, "a1")  # whose file was taken away since
    assert classroom.unit_status(made, "9-try").step == "feedback"
    hand_in(made, "b 2")
    row = classroom.unit_status(made, "9-try")
    assert (row.collected, row.graded, row.to_grade, row.next_step) == (1, 1, 1, "course grade 9-try")
    (made.feedback / "nobody" / "9-try").mkdir(parents=True)
    row = classroom.unit_status(made, "9-try")
    assert (row.returned, row.to_return) == (0, 1)


def test_open_answers_need_neither_the_key_nor_the_work(made: Course) -> None:
    release.release(made, "9-try")
    with AutomaticMarks(made, "9-try") as book:
        book.register(read_plans(made, "9-try"))
        book.write("a1", {"9-try": NotebookMarks({"try-twice-check": 4.0, "try-why": None})}, None)
    assert classroom.open_answers(made) == {"9-try": 1}
    shutil.rmtree(made.source)
    assert classroom.open_answers(made, ["9-try", "8-more"]) == {"9-try": 1, "8-more": 0}
