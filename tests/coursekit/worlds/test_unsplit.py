"""A check that cannot be kept apart from the student's code says so, and is not passed by saying nothing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import nbformat
import pytest
from plain import check, code, hand_in, notebook, solution, write_course

from coursekit.course import Course
from coursekit.errors import CourseKitError
from coursekit.handed_in import read_plans
from coursekit.jobs import grade
from coursekit.results import Run
from coursekit.worlds import grade_notebook, trial
from coursekit.worlds.outputs import counting, first_error
from coursekit.worlds.plan import PlanCell
from coursekit.worlds.points import points_of

DOUBLE = "def double(x):\n    return x + x"
LOOP = "def double(x):\n    for _ in range(1): x = x + x\n    return x"
SOURCE = [
    solution("double", DOUBLE),
    check("value-check", 1, "assert double(4) == 8"),
    check("loop-check", 2, "import inspect\nassert 'for' not in inspect.getsource(double)"),
    check("names-check", 2, "assert 'range' not in double.__code__.co_names"),
    solution("file", "with open('made.txt', 'w') as file: file.write('3')"),
    check("file-check", 4, "assert open('made.txt').read() == '3'"),
    check("part-check", 4, "round(4 * float(open('made.txt').read()) / 3, 1)"),
]
SILENT = "from coursekit.worlds.student import StudentWorld\nStudentWorld._do_cell = lambda self, q: "
STUDENTS = {
    "right": ("", DOUBLE, "open('made.txt', 'w').write('3')"),
    "wrong": ("", LOOP, "open('made.txt', 'w').write('1.5')"),
    "absent": ("", "", ""),
    "late": (SILENT + "{'late': True}", LOOP, ""),
    "empty": (SILENT + "{}", LOOP, ""),
    "no list": (SILENT + "{'outputs': {'output_type': 'error'}}", LOOP, ""),
    "unreadable": (SILENT + "{'outputs': [{'output_type': 'error'}]}", LOOP, ""),
    "flood": ("", LOOP, "open('made.txt', 'w').write('1.5')"),
}
SHOW = "from IPython.display import display\nfor _ in range({}): display({{'text/plain': 'x' * {}}}, raw=True)"
FLOOD = [SHOW.format(3, 10**6)] * 10 + [SHOW.format(1, 2**k) for k in range(20, 16, -1)]
FLOOD += [f"print('x' * {2**k}, end='')" for k in range(17, -1, -1)]  # until not even a number fits


def handed_in(first: str, double: str, file: str, flood: bool = False) -> Any:
    cells = [solution("double", double, marked=False), *SOURCE[1:4], solution("file", file, marked=False), *SOURCE[5:]]
    return notebook(*([code(first)] if first else []), *([code(cell) for cell in FLOOD] if flood else []), *cells)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    root = write_course(tmp_path_factory.mktemp("unsplit"), "one", notebook(*SOURCE), timeout_seconds=10)
    for name, (first, double, file) in STUDENTS.items():
        hand_in(root, name, "one", handed_in(first, double, file, flood=name == "flood"))
    return grade(Course(root), "one", workers=2)


def scores(run: Run, student: str) -> dict[str, float]:
    row = next(row for row in run.submissions if row["student"] == student)
    return {name.removesuffix("-check"): cell["score"] for name, cell in row["cells"].items()}


def test_the_run_and_every_row_say_which_checks_and_the_run_says_why(run: Run) -> None:
    for row in run.submissions:
        assert {name: cell["world"] for name, cell in row["cells"].items()} == {
            "value-check": "reference", "loop-check": "student", "names-check": "student", "file-check": "student",
            "part-check": "student",
        }  # fmt: skip
    assert len(run.notes) == 4
    for name, reason in {
        "loop-check": "could not get source code",
        "names-check": "how the answer is written",
        "file-check": "made.txt",
        "part-check": "made.txt",
    }.items():
        assert any(f"'{name}'" in note and reason in note and "student's world" in note for note in run.notes), name


def test_points_are_as_honest_as_apart(run: Run) -> None:
    assert scores(run, "right") == {"value": 1, "loop": 2, "names": 2, "file": 4, "part": 4}
    assert scores(run, "wrong") == {"value": 1, "loop": 0, "names": 0, "file": 0, "part": 2}
    assert sum(scores(run, "absent").values()) == 0


@pytest.mark.parametrize("student", ["late", "empty", "no list", "unreadable"])
def test_a_world_that_says_nothing_has_passed_nothing(run: Run, student: str) -> None:
    """No output at all is full points by nbgrader's rule."""
    found = scores(run, student)
    assert {name: found[name] for name in ("loop", "names", "file", "part")} == {
        "loop": 0, "names": 0, "file": 0, "part": 0,
    }  # fmt: skip


def test_points_that_drown_in_outputs_are_not_taken_for_all_of_them(run: Run) -> None:
    """Outputs over the limit are left out, and with them what tells part of the points."""
    assert scores(run, "flood")["part"] == 0
    row = next(row for row in run.submissions if row["student"] == "flood")
    assert any("characters in all were left out" in reason for reason in row["reasons"])


def test_of_too_many_outputs_the_first_error_is_kept() -> None:
    error = {"output_type": "error", "ename": "E", "evalue": "v", "traceback": []}
    assert first_error([{"output_type": "stream", "name": "stdout", "text": "x"}, error, {**error, "ename": "F"}]) == [
        error
    ]
    assert counting([error, {"output_type": "stream"}, 7]) == 1
    assert counting(None) == counting({"outputs": []}) == -1


LONG = "from coursekit.worlds import shell\nshell.safe_text = lambda error: 'x' * 3_000_000\n"


@pytest.mark.parametrize(
    "answer",
    [
        LONG + "raise ValueError('a')",
        "class Odd(Exception): pass\nOdd.__qualname__ = 'x' * 3_000_000\ndef double(x):\n    raise Odd",
        "class Odd(Exception): pass\nOdd.__name__ = 'x' * 3_000_000\nraise Odd",
    ],
    ids=["message", "name of an error in a call", "name of an error"],
)
def test_what_an_error_says_has_a_limit(tmp_path: Path, answer: str) -> None:
    """The student's process may have put its own limit aside."""
    path = write_course(tmp_path, "one", notebook(*SOURCE[:2])) / "source" / "one" / "one.ipynb"
    given = json.loads(nbformat.writes(notebook(solution("double", answer, marked=False), SOURCE[1])))
    result = grade_notebook(path, given)
    assert "xxx" in str(result)
    assert len(json.dumps(result)) < 20_000
    assert len(result["cells"]["value-check"]["message"]) < 3_000


def test_points_that_do_not_fit_are_told_in_short() -> None:
    metadata = check("c", 1, "").metadata
    known = PlanCell("c", "code", "check", points=1.0, source="", released="", metadata=metadata)
    told = {"text/plain": "-" + "1" * 10**6}
    output = {"output_type": "execute_result", "data": told, "metadata": {}, "execution_count": 1}
    assert 0 < len(points_of([output], known)[1]) < 1_000


@pytest.mark.parametrize("busy_at", [1, 2], ids=["together", "apart"])
def test_a_trial_for_which_no_world_started_moves_no_check(tmp_path: Path, busy_at: int) -> None:
    """Beside the student's code a hidden check can be read: only a check that failed may move there."""
    nb = notebook(solution("x", "x = 1"), check("x-check", 1, "assert x == 1"))
    (plan,) = read_plans(Course(write_course(tmp_path, "one", nb)), "one")
    asked: list[Any] = []

    class Busy:
        def grade(self, *_: Any, **question: Any) -> dict[str, Any]:
            asked.append(question)
            if len(asked) == busy_at:
                return {"failed": "It did not start. Run the same command again.", "again": True}
            passed = {"score": 1.0, "max_score": 1.0, "state": "right", "detail": ""}
            return {"cells": {"x-check": passed}, "failed": "", "again": False}

    with pytest.raises(CourseKitError, match="Run the same command again"):
        trial.settle(plan, Busy())  # type: ignore[arg-type]
    assert plan.checks["x-check"].world == "reference"
