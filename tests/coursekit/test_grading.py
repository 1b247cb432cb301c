"""What follows a run: the best of several hand-ins, one question alone, work from nbgrader's exchange."""

from __future__ import annotations

import datetime as dt
import json
import os
from pathlib import Path
from typing import Any

import pytest
from plain import check, notebook, solution, write_course
from plain import hand_in as hand_it_in

from coursekit import attempts, classroom, desk, grading, jobs, late, notebooks, release
from coursekit.automatic import AutomaticMarks, NotebookMarks
from coursekit.collect import collect
from coursekit.course import Course
from coursekit.errors import CourseKitError, UnknownUnit
from coursekit.exchange import collect_from_exchange
from coursekit.gradebook import open_book
from coursekit.grading import put_others_back, regrade_question
from coursekit.handed_in import ledger_folder, read_plans
from coursekit.ledger import Ledger
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
        with AutomaticMarks(self.made, UNIT) as book:
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


def test_what_was_tried_is_tried_again_where_it_may_give_other_points(made: Course, tmp_path: Path) -> None:
    grade = Grader(made)
    for points, day in ((1, 1), (2, 3)):
        hand_in(made, tmp_path / "in", points, day)
    grade(["ada"])
    attempts.keep_best(made, UNIT, grade)

    def tried_again() -> bool:
        grade.graded.clear()
        attempts.keep_best(made, UNIT, grade)
        return bool(grade.graded)

    assert not tried_again()
    (made.source / UNIT / "data.csv").write_text("1")  # the instructor's data, not the notebook
    assert tried_again()
    late.set_due(made, UNIT, dt.datetime(2027, 2, 1))
    assert tried_again()
    late.extend(made, UNIT, "ada", dt.datetime(2027, 3, 2))
    assert tried_again()
    made.config.AssignLatePenalties.plugin_class = "coursekit.late.LateDays"
    assert tried_again()
    made.config.LateDays.penalty_share_per_day = 0.5
    assert tried_again()
    made.config.Execute.timeout = 7
    assert tried_again()
    assert not tried_again()


@pytest.mark.parametrize("damaged", ['{"key": "', "[]", "{}"], ids=["half a file", "a list", "an empty record"])
def test_a_damaged_note_of_what_was_tried_costs_a_second_try_only(
    made: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, damaged: str
) -> None:
    grade = Grader(made)
    for points, day in ((4, 1), (2, 3)):
        hand_in(made, tmp_path / "in", points, day)
    grade(["ada"])
    attempts.keep_best(made, UNIT, grade)
    (made.submitted.parent / "earlier" / f"{UNIT}.json").write_text(damaged)
    monkeypatch.setattr(Path, "write_text", lambda *_, **__: pytest.fail("a file that is not written whole"))
    attempts.keep_best(made, UNIT, grade)
    assert standing(made) == 4


def test_of_equal_attempts_the_latest_counts(made: Course, tmp_path: Path) -> None:
    grade = Grader(made)
    for day in (1, 5):
        hand_in(made, tmp_path / "in", 2 + 0 * day, day)
        grade(["ada"])
    nb = made.submitted / "ada" / UNIT / "timestamp.txt"
    attempts.keep_best(made, UNIT, grade)
    assert nb.read_text(encoding="utf-8") == "2027-03-01 00:00:00 UTC"  # the same file again is no new attempt


def test_the_best_of_one_student_is_found_though_another_has_no_result(made: Course, tmp_path: Path) -> None:
    grade = Grader(made)
    for points, day in ((4, 1), (2, 3)):
        hand_in(made, tmp_path / "in", points, day)
        grade(["ada"])
        hand_in(made, tmp_path / "in", points, day, "bo")  # 'course grade --student ada'
    attempts.keep_best(made, UNIT, grade)
    assert standing(made) == 4
    assert "bo" not in grade.graded


def test_no_result_of_another_hand_in_or_of_a_failed_grading_is_taken_for_an_attempts(
    made: Course, tmp_path: Path
) -> None:
    grade = Grader(made)
    for points, day in ((4, 1), (2, 3)):
        hand_in(made, tmp_path / "in", points, day)
    with AutomaticMarks(made, UNIT) as book:  # what is in place was graded, and that failed by no fault of the notebook
        book.register(read_plans(made, UNIT))
        book.write("ada", {UNIT: NotebookMarks({"try-twice-check": 0.0, "try-why": None})}, None)
    ledger = Ledger(ledger_folder(made, UNIT))
    ledger.finish("ada", {"fingerprint": "", "row": {"student": "ada"}})
    attempts.keep_best(made, UNIT, grade)
    assert grade.graded == []  # the next run has to grade it first
    assert json.loads((made.submitted.parent / "earlier" / f"{UNIT}.json").read_text("utf-8"))["tried"] == {}
    for record in ledger_folder(made, UNIT).glob("*.json"):
        record.unlink()
    grade(["ada"])
    attempts.keep_best(made, UNIT, grade)
    assert standing(made) == 4


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
        with AutomaticMarks(made, UNIT) as book:
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
        with AutomaticMarks(made, UNIT) as book:
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


def test_a_damaged_note_of_others_points_is_named(made: Course) -> None:
    kept = ledger_folder(made, UNIT) / "one-question.kept"
    kept.parent.mkdir(parents=True)
    kept.write_text("", encoding="utf-8")  # the power went
    with pytest.raises(CourseKitError, match=r"one-question\.kept cannot be read .* delete it"):
        put_others_back(made, UNIT)


def test_the_note_of_others_points_is_on_the_disk_before_anything_is_graded(
    made: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    grade = Grader(made)
    hand_in(made, tmp_path / "in", 1, 1)
    grade(["ada"])
    brought: list[int] = []
    monkeypatch.setattr("coursekit.ledger.os.fsync", brought.append)
    seen: list[int] = []
    regrade_question(made, UNIT, "try-twice", lambda: seen.append(len(brought)))
    assert seen == [1]


TWO = [solution("x", "x = 1"), check("x-check", 1, "assert x == 1"), solution("y", "y = 2"),
       check("y-check", 1, "assert y == 2")]  # fmt: skip


def answers(x: int, y: int) -> Any:
    """A notebook with these answers to two questions."""
    return notebook(solution("x", f"x = {x}", marked=False), TWO[1], solution("y", f"y = {y}", marked=False), TWO[3])


def points_of(course: Course, student: str) -> tuple[float, float]:
    held = grading.automatic_points(course, "a")
    return held[student, "a", "x-check"][0] or 0.0, held[student, "a", "y-check"][0] or 0.0


def stricter(root: Path, old: str, new: str) -> None:
    source = root / "source" / "a" / "a.ipynb"
    source.write_text(source.read_text("utf-8").replace(f"assert {old}", f"assert {new}"), encoding="utf-8")


def run_for(course: Course, question: str | None = None) -> tuple[dict[str, dict[str, Any]], list[str], Run]:
    run, said = grading.grade_class(course, "a", students=None, force=False, question=question, workers=1)
    return {row["student"]: row for row in run.submissions}, said, run


def test_one_question_alone_leaves_no_newer_hand_in_with_the_points_of_the_older(tmp_path: Path) -> None:
    write_course(tmp_path, "a", notebook(*TWO))
    for student in ("ana", "ben"):
        hand_it_in(tmp_path, student, "a", answers(1, 0))
    course = Course(tmp_path)
    run_for(course)
    hand_it_in(tmp_path, "ana", "a", answers(1, 2))  # y is right now; nobody has graded that yet
    stricter(tmp_path, "y == 2", "y in (0, 2)")
    rows, said, _ = run_for(course, "x")
    assert (points_of(course, "ana"), points_of(course, "ben")) == ((1, 1), (1, 0))
    assert [rows[s]["cells"]["y-check"]["score"] for s in ("ana", "ben")] == [1, 0]
    assert [rows[s]["score"] for s in ("ana", "ben")] == [2, 1]
    assert said == ["'x': points changed for 0 submissions; all other points are as before, but for work graded whole.",
                    "ana: graded whole, for there was no result of what is handed in now."]  # fmt: skip
    assert run_for(course, "x")[1] == ["'x': points changed for 0 submissions; all other points are as before."]


def test_one_question_alone_moves_no_other_though_the_grading_fails_in_between(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_course(tmp_path, "a", notebook(*TWO))
    hand_it_in(tmp_path, "ana", "a", answers(1, 0))
    course = Course(tmp_path)
    run_for(course)
    stricter(tmp_path, "x == 1", "x == 7")
    stricter(tmp_path, "y == 2", "y in (0, 2)")
    calls, real = [], jobs.results_of

    def once_in_vain(worlds: Any, handed: Any) -> Any:
        calls.append(handed)
        return real(worlds, handed) if len(calls) > 1 else 1 / 0

    monkeypatch.setattr(jobs, "results_of", once_in_vain)
    rows, said, _ = run_for(course, "x")
    assert len(calls) == 2 and "ana, x-check: 1 -> 0" in said
    assert points_of(course, "ana") == (0, 0)
    assert (rows["ana"]["status"], rows["ana"]["score"]) == ("repaired", 0)  # it holds the older checks
    assert {name: cell["score"] for name, cell in rows["ana"]["cells"].items()} == {"x-check": 0, "y-check": 0}


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
