"""A submission meets its own limits; what it leaves behind ends with it, while the others are still being graded."""

from __future__ import annotations

import os
import threading
from collections import Counter
from pathlib import Path

from plain import check, code, hand_in, notebook, solution, write_course

from coursekit.course import Course
from coursekit.jobs import grade

ENDLESS = {
    "in the call": "def double(x):\n    while True: pass",
    "deaf": "def double(x):\n    while True:\n        try:\n            while True: pass\n        except BaseException: pass",
    "second time": "calls = []\ndef double(x):\n    calls.append(x)\n    while len(calls) > 1: pass\n    return 2 * x",
    "generator": "def double(x):\n    while True: yield x",
}
HONEST = "def double(x):\n    return 2 * x"


def class_of(root: Path, answers: dict[str, str], test: str, timeout_seconds: int, first: str = "") -> Course:
    cells = check("double-check", 2, test), solution("y", "y = 1"), check("y-check", 1, "assert y == 1")
    write_course(root, "one", notebook(solution("double", HONEST), *cells), timeout_seconds=timeout_seconds)
    for student, answer in answers.items():
        begin = [code(first)] if student.startswith("a ") else []
        hand_in(root, student, "one", notebook(*begin, solution("double", answer, marked=False), *cells))
    return Course(root)


def test_endless_functions_end_at_their_limit_and_cost_the_others_nothing(tmp_path: Path) -> None:
    answers = {f"{name} {n}": text for n in range(2) for name, text in {"honest": HONEST, **ENDLESS}.items()}
    course = class_of(
        tmp_path, answers, "assert list([double(2), double(3)]) == [4, 6]", timeout_seconds=3
    )  # the honest share two cores
    rows = {row["student"]: row for row in grade(course, "one", workers=2).submissions}
    assert len(rows) == len(answers)
    for student, row in rows.items():
        double, y = row["cells"]["double-check"], row["cells"]["y-check"]
        assert y["score"] == 1, row
        if student.startswith("honest"):
            assert (row["score"], row["status"], row["reasons"]) == (3, "graded", [])
        else:
            assert double["score"] == 0
            assert "longer than" in double["message"] or student.startswith("generator"), row


def test_many_calls_that_never_end_use_up_the_notebooks_time_and_no_more(tmp_path: Path) -> None:
    """Each with a limit of its own, they would take longer than the run waits, and the row would be lost."""
    cells = [check(f"double-{n}", 1, "assert double(2) == 4") for n in range(9)]
    cells += [solution("y", "y = 1"), check("y-check", 1, "assert y == 1")]
    write_course(tmp_path, "one", notebook(solution("double", HONEST), *cells), timeout_seconds=2)
    endless = solution("double", ENDLESS["in the call"], marked=False)
    hand_in(tmp_path, "ana", "one", notebook(endless, *cells))
    (row,) = grade(Course(tmp_path), "one", workers=1).submissions
    said = [row["cells"][f"double-{n}"]["message"] for n in range(9)]
    assert (row["score"], row["status"], row["cells"]["y-check"]["score"]) == (1, "graded", 1)
    assert "longer than 2 seconds" in said[0]
    assert "longer than 1 second." in said[-1]


def test_a_check_that_catches_everything_is_not_passed_by_taking_too_long(tmp_path: Path) -> None:
    """Each call stays below the limit, all of them together do not; the check takes the alarm for the error it wants."""
    test = "assert double(2) == 4\nfor _ in range(6):\n    try:\n        double(-1)\n    except:\n        break\nelse: assert False"
    right = "def double(x):\n    if x < 0: raise ValueError\n    return 2 * x"
    slow = "import time\ndef double(x):\n    if x < 0: time.sleep(0.9)\n    return 2 * x"
    cells = check("double-check", 2, test), solution("y", "y = 1"), check("y-check", 1, "assert y == 1")
    write_course(tmp_path, "one", notebook(solution("double", right), *cells), timeout_seconds=1)
    for student, answer in {"right": right, "slow": slow}.items():
        hand_in(tmp_path, student, "one", notebook(solution("double", answer, marked=False), *cells))
    rows = {row["student"]: row for row in grade(Course(tmp_path), "one", workers=1).submissions}
    assert rows["right"]["score"] == 3
    assert rows["slow"]["score"] == 1, rows["slow"]
    assert "longer than" in rows["slow"]["cells"]["double-check"]["message"]


def alive(mark: str) -> list[str]:
    """Command lines with this mark, of all processes that can be seen from here."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and entry.name != str(os.getpid()):
            try:
                said = (entry / "cmdline").read_bytes().decode(errors="replace")
            except OSError:
                continue
            found += [said] if mark in said else []
    return found


def test_what_a_submission_leaves_behind_is_gone_while_the_next_is_graded(tmp_path: Path, machine: str) -> None:
    mark = f"36{os.getpid()}.{sum(map(ord, machine))}5"
    leave = (
        "import os, subprocess\n"
        f"left = subprocess.Popen(['setsid', 'sleep', '{mark}'])\n"
        "if os.fork() == 0:\n"
        "    os.setsid()\n"
        f"    if os.fork() == 0: os.execv('/bin/sleep', ['sleep', '{mark}'])\n"
        "    os._exit(0)\n"
        "os.wait()\nprint('still there:', left.poll() is None)"
    )
    slow = f"import time\ntime.sleep(2)\n{HONEST}"
    course = class_of(
        tmp_path, {"a leaves something": HONEST, "b": slow}, "assert double(2) == 4", timeout_seconds=10, first=leave
    )
    seen: list[tuple[int, list[str]]] = []

    def progress(done: int, of: int, counts: Counter[str]) -> None:
        for _ in range(200):
            if not alive(mark):
                break
            threading.Event().wait(0.05)
        seen.append((done, alive(mark)))

    run = grade(course, "one", workers=1, progress=progress)
    assert [row["score"] for row in run.submissions] == [3, 3]
    assert seen == [(1, []), (2, [])]
    graded = tmp_path / "autograded" / "a leaves something" / "one" / "one.ipynb"
    assert "still there: True" in graded.read_text()
