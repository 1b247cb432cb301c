"""What follows a run: the best of several hand-ins, one question alone, work from nbgrader's exchange."""

from __future__ import annotations

import datetime as dt
import json
import os
from pathlib import Path

import pytest

from coursekit import attempts, classroom, desk, grading, notebooks, release
from coursekit.collect import collect
from coursekit.course import Course
from coursekit.errors import CourseKitError, UnknownUnit
from coursekit.exchange import collect_from_exchange
from coursekit.gradebook import Gradebook, NotebookMarks, open_book
from coursekit.grading import put_others_back, regrade_question
from coursekit.handed_in import read_plans
from coursekit.results import Run

UNIT = "9-try"


@pytest.fixture
def made(course: Course, tmp_path: Path) -> Course:
    roster = tmp_path / "students.csv"
    roster.write_text("id\nada\nbo\n", encoding="utf-8")
    return classroom.new_class(course, tmp_path / "class", roster, [UNIT], {}, False)


def hand_in(made: Course, folder: Path, points: float, day: int, student: str = "ada") -> None:
    """A notebook that the grader below gives so many points, handed in on that day of March 2027."""
    folder.mkdir(exist_ok=True)
    path = folder / f"{student}.ipynb"
    nb = notebooks.load(made.source / UNIT / f"{UNIT}.ipynb")
    nb.cells[-1].source = str(points)
    path.write_bytes(notebooks.dump(nb))
    moment = dt.datetime(2027, 3, day, tzinfo=dt.UTC).timestamp()
    os.utime(path, (moment, moment))
    collect(made, UNIT, folder)
    path.unlink()


class Grader:
    """Stands for the engine: the last cell says the points. Counts whom it graded."""

    def __init__(self, made: Course) -> None:
        self.made, self.graded = made, []

    def __call__(self, students: list[str]) -> None:
        with Gradebook(self.made, UNIT) as book:
            book.register(read_plans(self.made, UNIT))
            for student in students:
                nb = notebooks.load(self.made.submitted / student / UNIT / f"{UNIT}.ipynb")
                marks = NotebookMarks({"try-twice-check": float(nb.cells[-1].source), "try-why": None})
                book.write(student, {UNIT: marks}, None)
                self.graded.append(student)


def standing(made: Course, student: str = "ada") -> float:
    nb = notebooks.load(made.submitted / student / UNIT / f"{UNIT}.ipynb")
    with open_book(made) as book:
        held = book.find_grade("try-twice-check", UNIT, UNIT, student).auto_score
    assert held == float(nb.cells[-1].source)
    return held


def test_the_best_of_several_counts_and_nothing_is_lost(made: Course, tmp_path: Path) -> None:
    grade = Grader(made)
    for points, day in ((1, 1), (4, 2), (2, 3)):
        hand_in(made, tmp_path / "in", points, day)
        grade(["ada"])
    hand_in(made, tmp_path / "in", 3, 1, "bo")
    grade(["bo"])
    said = attempts.keep_best(made, UNIT, grade)
    assert standing(made) == 4
    assert standing(made, "bo") == 3
    assert said == ["ada: an earlier hand-in is better (4 against 2 automatic points) and counts."]
    assert len(list(attempts.earlier_folder(made, UNIT, "ada").iterdir())) == 2
    done = len(grade.graded)
    attempts.keep_best(made, UNIT, grade)
    assert len(grade.graded) == done  # known attempts are not graded again
    hand_in(made, tmp_path / "in", 5, 4)
    grade(["ada"])
    attempts.keep_best(made, UNIT, grade)
    assert standing(made) == 5


def test_of_equal_attempts_the_latest_counts(made: Course, tmp_path: Path) -> None:
    grade = Grader(made)
    for day in (1, 5):
        hand_in(made, tmp_path / "in", 2 + 0 * day, day)
        grade(["ada"])
    nb = made.submitted / "ada" / UNIT / "timestamp.txt"
    attempts.keep_best(made, UNIT, grade)
    assert nb.read_text(encoding="utf-8") == "2027-03-01 00:00:00 UTC"  # the same file again is no new attempt


def test_a_hand_in_that_was_on_its_way_is_brought_back(made: Course, tmp_path: Path) -> None:
    grade = Grader(made)
    for points, day in ((4, 1), (1, 2)):
        hand_in(made, tmp_path / "in", points, day)
        grade(["ada"])
    attempts.put_aside(made, UNIT, "ada")  # and here the power went
    attempts.keep_best(made, UNIT, grade)
    assert standing(made) == 4


def test_an_older_file_that_is_collected_late_does_not_take_the_place(made: Course, tmp_path: Path) -> None:
    hand_in(made, tmp_path / "in", 3, 9)
    hand_in(made, tmp_path / "in", 1, 2)
    assert notebooks.load(made.submitted / "ada" / UNIT / f"{UNIT}.ipynb").cells[-1].source == "3"
    assert len(list(attempts.earlier_folder(made, UNIT, "ada").iterdir())) == 1


def test_a_word_that_is_no_mode(made: Course) -> None:
    assert attempts.mode(made) == "last"
    made.config.CourseKit.attempts = "worst"
    with pytest.raises(CourseKitError, match="'last' or 'best'"):
        attempts.mode(made)


def test_one_question_is_regraded_alone(made: Course, tmp_path: Path) -> None:
    grade = Grader(made)
    hand_in(made, tmp_path / "in", 1, 1)
    grade(["ada"])

    def other_points() -> None:
        with Gradebook(made, UNIT) as book:
            book.register(read_plans(made, UNIT))
            book.write("ada", {UNIT: NotebookMarks({"try-twice-check": 4.0, "try-why": 2.0})}, None)

    assert regrade_question(made, UNIT, "try-twice", other_points) == ["ada, try-twice-check: 1 -> 4"]
    with open_book(made) as book:
        held = {g.name: g.auto_score for g in book.find_submission_notebook(UNIT, UNIT, "ada").grades}
    assert held == {"try-twice-check": 4.0, "try-why": None}
    with pytest.raises(UnknownUnit, match="Did you mean try-twice"):
        regrade_question(made, UNIT, "try-twise", other_points)


def test_one_question_cut_off_in_the_middle_leaves_the_others_as_they_were(made: Course, tmp_path: Path) -> None:
    grade = Grader(made)
    hand_in(made, tmp_path / "in", 1, 1)
    grade(["ada"])

    def cut_off() -> None:
        with Gradebook(made, UNIT) as book:
            book.register(read_plans(made, UNIT))
            book.write("ada", {UNIT: NotebookMarks({"try-twice-check": 4.0, "try-why": 2.0})}, None)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        regrade_question(made, UNIT, "try-twice", cut_off)
    put_others_back(made, UNIT)  # as every run does first
    with open_book(made) as book:
        held = {g.name: g.auto_score for g in book.find_submission_notebook(UNIT, UNIT, "ada").grades}
    assert held == {"try-twice-check": 4.0, "try-why": None}
    put_others_back(made, UNIT)  # nothing is left to do


def test_work_comes_in_through_nbgraders_exchange(made: Course, tmp_path: Path) -> None:
    root = tmp_path / "exchange"
    root.mkdir()
    root.chmod(0o777)
    with pytest.raises(CourseKitError, match="No exchange can be used here"):
        collect_from_exchange(made, UNIT)
    config = made.root / "nbgrader_config.py"
    config.write_text(config.read_text(encoding="utf-8") + f"c.Exchange.root = {str(root)!r}\n", encoding="utf-8")
    fresh = Course(made.root)
    assert "It is in the exchange" in " ".join(release.release(fresh, UNIT))
    receipt = desk.submit(fresh, UNIT, dt.datetime(2027, 3, 1, tzinfo=dt.UTC), root)
    assert receipt.exchange
    (student,), odd = collect_from_exchange(fresh, UNIT)
    assert odd == []
    assert student.endswith("(new)")
    (folder,) = fresh.submitted.iterdir()
    assert json.loads((folder / UNIT / f"{UNIT}.ipynb").read_text(encoding="utf-8"))["cells"]


@pytest.mark.parametrize(
    ("stood", "says"),
    [
        (1, ["1 mark given by hand stands: that answer has not changed."]),
        (2, ["2 marks given by hand stand: those answers have not changed."]),
        (0, []),
    ],
)
def test_marks_that_stand_are_counted(
    made: Course, monkeypatch: pytest.MonkeyPatch, stood: int, says: list[str]
) -> None:
    monkeypatch.setattr(grading, "grade", lambda *_, **__: Run(UNIT))
    monkeypatch.setattr(grading, "confirm_unchanged", lambda *_: stood)
    assert grading.grade_class(made, UNIT, students=None, force=False, question=None)[1] == says
