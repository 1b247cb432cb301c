"""What a run tells: its rows as JSON, its lines, its bar; and what the ledger keeps of it."""

from __future__ import annotations

import base64
import io
import json
import re
import socket
import sys
from collections import Counter
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from plain import check, hand_in, notebook, solution, write_course, written
from terminal import Terminal

from coursekit import jobs
from coursekit.course import Course
from coursekit.handed_in import ledger_folder
from coursekit.ledger import Ledger
from coursekit.report.data import read_graded
from coursekit.report.standing import ways
from coursekit.results import Run, tally
from coursekit.sandbox.told import uncovered
from coursekit.worlds.channel import ChannelClosed
from coursekit.worlds.driver import Driver
from coursekit.worlds.host import Worlds
from coursekit.worlds.plan import Plan

CONTRACT = {"assignment", "seconds", "workers", "walls", "submissions", "notes"}
ROW = {"student", "status", "score", "max_score", "reasons", "cells"}
CELL = {"score", "max_score", "state", "world", "message"}
ALL_WALLS = ["bubblewrap", "no network", "processes", "own files", "landlock", "limits", "seccomp"]
STATES = {"right", "wrong", "partial", "unattempted", "manual"}
PARTS = "score = (x > 0) + 2 * (x == 3)\nscore"


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    return class_in(tmp_path_factory.mktemp("results"))


def class_in(root: Path) -> Course:
    """Two notebooks; answers of every state; a check that reads the student's source; two without a notebook to run."""
    one = notebook(solution("x", "x = 3"), check("x-check", 3, PARTS), written("why", 1, "Because."))
    source = "import inspect\nassert 'return' in inspect.getsource(f)"
    two = notebook(solution("f", "def f():\n    return 1"), check("f-check", 2, source))
    write_course(root, "a", one, two)
    for student, answer in {"right": "x = 3", "partial": "x = 1", "wrong": "x = 0", "open": ""}.items():
        text = answer or "# YOUR CODE HERE\nraise NotImplementedError()"
        mine = notebook(solution("x", text, marked=False), check("x-check", 3, PARTS), written("why", 1, "So."))
        hand_in(root, student, "a", mine, "p1.ipynb")
        hand_in(root, student, "a", two, "p2.ipynb")
    hand_in(root, "nothing", "a", b"no notebook", "notes.txt")
    hand_in(root, "hello", "a", b"hello", "p1.ipynb")
    return Course(root)


@pytest.fixture(scope="module")
def told(course: Course, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What `course grade --json` writes."""
    from coursekit.cli import main

    file = tmp_path_factory.mktemp("json") / "result.json"
    with pytest.raises(SystemExit) as stop:
        main(["grade", "a", "--json", str(file), "--course-dir", str(course.root)])
    assert stop.value.code == 1  # nothing could be graded of two of them
    read: dict[str, Any] = json.loads(file.read_text("utf-8"))
    return read


def test_the_json_has_the_keys_of_its_contract(told: dict[str, Any]) -> None:
    assert set(told) == CONTRACT
    assert told["assignment"] == "a" and told["seconds"] > 0 and told["workers"] >= 1
    assert {"seccomp", "limits"} <= set(told["walls"])
    for row in told["submissions"]:
        assert set(row) == ROW
        assert row["status"] in ("graded", "repaired", "flagged", "failed")
        assert row["max_score"] == 6 and row["score"] == sum(cell["score"] for cell in row["cells"].values())
        assert set(row["cells"]) == {"p1/x-check", "p1/why", "p2/f-check"}
        for cell in row["cells"].values():
            assert set(cell) == CELL and cell["state"] in STATES and cell["world"] in ("reference", "student")


def test_every_state_and_world_is_told(told: dict[str, Any]) -> None:
    rows = {row["student"]: row for row in told["submissions"]}
    states = {student: row["cells"]["p1/x-check"]["state"] for student, row in rows.items()}
    assert states == {
        "right": "right",
        "partial": "partial",
        "wrong": "wrong",
        "open": "unattempted",
        "nothing": "wrong",
        "hello": "wrong",
    }
    assert rows["partial"]["cells"]["p1/x-check"]["score"] == 1
    assert rows["right"]["cells"]["p1/why"]["state"] == "manual"
    assert rows["right"]["cells"]["p1/x-check"]["world"] == "reference"
    assert rows["right"]["cells"]["p2/f-check"]["world"] == "student"
    assert "'f-check' cannot be kept apart" in told["notes"][0]
    assert (rows["nothing"]["status"], rows["nothing"]["score"]) == ("failed", 0)


@pytest.mark.usefixtures("told")
def test_the_ledger_keeps_when_and_behind_which_walls(course: Course, told: dict[str, Any]) -> None:
    records = {r["row"]["student"]: r for r in Ledger(ledger_folder(course, "a")).records()}
    assert records["right"]["walls"] == told["walls"]
    assert records["nothing"]["walls"] is records["hello"]["walls"] is None  # no code of theirs ran
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00", r["graded_at"]) for r in records.values())


def test_a_run_says_what_its_walls_leave_open() -> None:
    row = {"student": "ana", "status": "graded", "score": 1.0, "max_score": 1.0, "reasons": [], "cells": {}}
    full = Run("a", walls=ALL_WALLS, graded_now=1, submissions=[row]).lines()
    assert full[0] == "1 submission in 0.0 s: 1 graded."
    assert full[1:] == [f"Walls: {', '.join(ALL_WALLS)}."]
    few = Run("a", walls=["landlock", "limits", "seccomp"], graded_now=1, submissions=[row]).lines()
    assert [line.split(":")[0] for line in few[1:]] == ["Walls", *["Not covered"] * 3]
    assert "which files exist" in few[2] and "other processes" in few[3] and "goes to the disk" in few[4]


def test_each_wall_that_misses_is_told_unless_another_holds_the_same() -> None:
    for wall in ("bubblewrap", "processes", "own files", "landlock", "limits", "seccomp"):
        assert len(uncovered([name for name in ALL_WALLS if name != wall])) == 1
    assert uncovered([name for name in ALL_WALLS if name != "no network"]) == []  # seccomp forbids sockets


def test_nothing_had_changed_is_said_only_where_something_stood() -> None:
    row = {"student": "x", "status": "failed", "score": 0.0, "max_score": 1.0, "reasons": ["Rename it."], "cells": {}}
    assert not [line for line in Run("a", submissions=[row]).lines() if "Nothing had changed" in line]
    assert [line for line in Run("a", stood=1, submissions=[row]).lines() if "Nothing had changed" in line]


def test_a_tally_tells_the_best_first() -> None:
    assert tally(Counter(failed=1, graded=3, flagged=0)) == "3 graded, 1 failed"
    assert tally(Counter()) == "none"


class _Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_the_bar_shows_how_far_how_long_and_how_many_of_each_status(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = _Screen()
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "120")
    for name in ("NO_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE", "JUPYTER_COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    counts: Counter[str] = Counter()
    with jobs._shown(None) as bar:
        for done in range(1, 5):
            counts["graded" if done < 4 else "failed"] += 1
            bar(done, 5, counts)
    shown = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", screen.getvalue())
    assert "4/5" in shown and "3 graded, 1 failed" in shown
    assert re.search(r"4/5 \d:\d\d:\d\d 3 graded", shown)  # the time that is left, told once some are done


def test_the_bar_counts_what_this_run_grades(tmp_path: Path) -> None:
    course = class_in(tmp_path)
    jobs.grade(course, "a")
    seen: list[tuple[int, int, dict[str, int]]] = []
    hand_in(course.root, "wrong", "a", course.root.joinpath("submitted/right/a/p1.ipynb").read_bytes(), "p1.ipynb")
    run = jobs.grade(course, "a", progress=lambda done, total, counts: seen.append((done, total, dict(counts))))
    assert seen == [(1, 1, {"graded": 1})]  # five others stand as they were
    assert (run.graded_now, run.stood) == (1, 5)


def no_world(self: Worlds, question: dict[str, Any], plan: Plan) -> dict[str, Any]:
    """What the grading process answers when the student's world ends before it has begun."""
    here, there = socket.socketpair()
    there.close()
    driver = Driver(plan, SimpleNamespace(user_ns={}), lambda: here)  # no check is reached
    result = driver.grade(base64.b64decode(question["data"]))
    return {**result.to_json(), "walls": driver.walls}


FAULTS = {  # of the grader or its machine, none of the student
    "in the program": (jobs, "results_of", lambda worlds, handed: 1 / 0),
    "no world for answers": (Worlds, "_ask", no_world),
    "no world for checks": (Worlds, "_ask", lambda self, question, plan: (_ for _ in ()).throw(ChannelClosed("gone"))),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_what_the_grading_itself_got_wrong_is_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    nb = notebook(solution("x", "x = 1"), check("x-check", 1, "assert x == 1"))
    hand_in(write_course(tmp_path, "a", nb), "late", "a", nb)
    course = Course(tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr(jobs, "settle", lambda plan, worlds: patch.setattr(*FAULTS[fault]) or [])
        (failed,) = jobs.grade(course, "a").submissions
    assert failed["status"] == "failed" and "Run the same command again" in failed["reasons"][0]
    (record,) = Ledger(ledger_folder(course, "a")).records()
    assert (record["fingerprint"], record["walls"]) == ("", None)
    way = ways(course, read_graded(course, "a"))["late"]
    assert (way.walls_told, way.state, way.graded) == ("not known", "handed in", None)
    run = jobs.grade(course, "a")
    assert (run.graded_now, run.submissions[0]["status"], run.submissions[0]["score"]) == (1, "graded", 1)


def test_the_walls_are_told_as_what_they_were() -> None:
    def told(**of: Any) -> str:
        return next(line for line in Run("a", graded_now=1, **of).lines() if line.startswith("Walls"))

    assert told() == "Walls: not known - no answer could be run."
    assert told(unwalled=True) == "Walls: none - the code of students ran with your rights."
    assert told(walls=["limits"], unwalled=True) == "Walls: limits."
    assert Run("a").after([Run("a", unwalled=True)]).unwalled


def test_options_of_the_command(tmp_path: Path, terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    """--student, --question, --trust-submissions and --scheduler do what they say, typed as a teacher types them."""
    nb = notebook(solution("x", "x = 1"), check("x-check", 1, "assert x == 1"), solution("y", "y = 2"),
                  check("y-check", 1, "assert y == 2"))  # fmt: skip
    write_course(tmp_path, "a", nb)
    for student in ("ana", "ben", "cem"):
        hand_in(tmp_path, student, "a", nb)
    here = ("--course-dir", tmp_path)
    said = terminal("grade", "a", "--student", "ana", "--student", "cem", "--json", tmp_path / "r.json", *here)
    assert "2 submissions" in said
    assert [row["student"] for row in json.loads((tmp_path / "r.json").read_text())["submissions"]] == ["ana", "cem"]
    assert "Did you mean cem, ben?" in terminal("grade", "a", "--student", "bem", *here, status=2)
    stricter = json.loads((tmp_path / "source/a/a.ipynb").read_text())
    for cell in stricter["cells"]:
        cell["source"] = [line.replace("assert x == 1", "assert x == 7") for line in cell["source"]]
        cell["source"] = [line.replace("assert y == 2", "assert y == 7") for line in cell["source"]]
    (tmp_path / "source/a/a.ipynb").write_text(json.dumps(stricter))
    said = terminal("grade", "a", "--question", "x", "--student", "ana", "--json", tmp_path / "r.json", *here)
    assert "'x': points changed for 1 submission; all other points are as before." in said
    assert "ana, x-check: 1 -> 0" in said and "y-check: 1" not in said
    (row,) = json.loads((tmp_path / "r.json").read_text())["submissions"]
    assert (row["score"], row["cells"]["x-check"]["state"], row["cells"]["y-check"]["state"]) == (1, "wrong", "right")
    said = terminal("grade", "a", "--scheduler", "not an address", *here, status=2)
    assert "No Dask scheduler answers at not an address" in said
    monkeypatch.setattr("coursekit.sandbox.sys.platform", "darwin")
    assert "--trust-submissions runs every submission with your own" in terminal("grade", "a", *here, status=2)
    said = terminal("grade", "a", "--trust-submissions", "--force", *here)
    assert "Walls: none - the code of students ran with your rights." in said
