"""Notebooks in another language: nbgrader's own autograde, with a limit of time, a row for everybody, and a report."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from plain import check, hand_in, notebook, solution, write_course

from coursekit import stock
from coursekit.automatic import AutomaticMarks
from coursekit.course import Course
from coursekit.gradebook import open_book
from coursekit.handed_in import ledger_folder
from coursekit.jobs import grade
from coursekit.ledger import Ledger
from coursekit.report import class_report, feedback


def another_language(answer: str) -> Any:
    nb = notebook(solution("x", answer), check("x-check", 2, "assert x == 1"))
    nb.metadata.kernelspec["language"] = "R"  # the kernel that runs is still Python's: no other one is installed
    return nb


@pytest.fixture
def course(tmp_path: Path) -> Course:
    stubs = "c.ClearSolutions.code_stub = {'R': 'stop()', 'python': 'pass'}"
    write_course(tmp_path, "a", another_language("x = 1"), config=stubs)
    for student in ("ana", "ben", "\x1bbad"):
        hand_in(tmp_path, student, "a", another_language("x = 1"))
    return Course(tmp_path)


@pytest.mark.filterwarnings("default")
def test_one_that_never_ends_is_a_row_and_the_rest_is_graded(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    within = stock.run_within

    def run_within(seconds: float, command: list[str], folder: Path) -> str:
        asked.append(command[-1])
        assert seconds == stock.START_SECONDS + stock.TIMEOUTS * 5
        return "It took too long." if command[-1] == "--student=ben" else within(seconds, command, folder)

    monkeypatch.setattr(stock, "run_within", run_within)
    run = grade(course, "a")
    rows = {row["student"]: row for row in run.submissions}
    assert {s: (row["status"], row["score"]) for s, row in rows.items()} == {
        "ana": ("graded", 2.0),
        "ben": ("failed", 0.0),
        "\N{REPLACEMENT CHARACTER}bad": ("failed", 0.0),  # a name that cannot be stored keeps its row here too
    }
    assert rows["ben"]["reasons"] == [
        "nbgrader autograde failed: It took too long. 'course grade a --student ben --force' tries again."
    ]
    assert (run.exit_status, run.graded_now, run.walls) == (1, 2, [])
    assert "written in R, so nbgrader's own autograde graded it: without walls" in run.notes[0]
    assert [record["walls"] for record in Ledger(ledger_folder(course, "a")).records()] == [
        [],
        [],
    ]  # the code may have run
    assert run.lines()[-1] == "Walls: none - the code of students ran with your rights."
    assert (course.autograded / "ben" / "a" / "a.ipynb").is_file()  # for whoever marks it by hand
    asked.clear()
    again = grade(course, "a")
    assert asked == [] and again.submissions == run.submissions  # nothing had changed
    hand_in(course.root, "ana", "a", another_language("x = 2"))
    newer = grade(course, "a")
    assert asked == ["--student=ana"]
    assert [row["score"] for row in newer.submissions if row["student"] == "ana"] == [0.0]
    page = class_report(course, "a")[0].read_text("utf-8")
    assert "2 submissions" in page and "nbgrader autograde failed" in page
    assert "written in R, so nbgrader&#x27;s own autograde graded it: without walls" in page
    assert len(feedback(course, "a")) == 2


def test_what_was_cut_off_before_the_gradebook_is_put_there_by_the_next_run(
    course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cut_off(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(stock, "run_within", lambda *_: "It took too long.")
    with monkeypatch.context() as patch:
        patch.setattr(AutomaticMarks, "write", cut_off)
        with pytest.raises(KeyboardInterrupt):
            grade(course, "a", students=["ana"])
    assert len(list(ledger_folder(course, "a").glob("*.pending"))) == 1
    assert grade(course, "a", students=["ana"]).submissions[0]["status"] == "failed"
    assert [path.name for path in ledger_folder(course, "a").iterdir()] == ["ana.json"]
    assert (course.autograded / "ana" / "a" / "a.ipynb").is_file()
    with open_book(course) as book:
        assert [submission.student_id for submission in book.find_assignment("a").submissions] == ["ana"]


def test_what_a_command_started_ends_with_its_time(tmp_path: Path) -> None:
    kernel = "import os, time; open('kernel', 'w').write(str(os.getpid())); time.sleep(600)"
    program = (
        f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {kernel!r}], start_new_session=True).wait()"
    )
    seconds = 0.5
    while not (tmp_path / "kernel").is_file() or not (tmp_path / "kernel").read_text():  # a busy machine starts slowly
        seconds *= 2
        said = stock.run_within(seconds, [sys.executable, "-c", program], tmp_path)
        assert said == f"It took longer than {seconds:g} seconds and was ended."
    kernel_pid = int((tmp_path / "kernel").read_text())
    deadline = time.monotonic() + 60
    while _runs(kernel_pid):
        assert time.monotonic() < deadline
        os.sched_yield()


def _runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def test_a_command_that_fails_says_why(tmp_path: Path) -> None:
    said = stock.run_within(60, [sys.executable, "-c", "raise SystemExit('No such kernel named ir')"], tmp_path)
    assert said == "No such kernel named ir."
    assert stock.run_within(60, [sys.executable, "-c", ""], tmp_path) == ""
