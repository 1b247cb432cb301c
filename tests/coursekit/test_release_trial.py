"""At release an author hears which checks cannot be kept apart from students' code, and why; such rows are marked."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from plain import check, hand_in, notebook, solution, write_course
from terminal import Terminal

from coursekit.course import Course
from coursekit.jobs import grade

X = [solution("x", "x = 1"), check("x-check", 1, "assert x == 1")]
FILE = [
    solution("file", "open('out.txt', 'w').write('5')"),
    check("file-check", 1, "assert open('out.txt').read() == '5'"),
]


def released(root: Path, terminal: Terminal, *cells: Any) -> str:
    write_course(root, "a", notebook(*cells))
    said = terminal("release", "a", "--course-dir", root)
    assert (root / "release/a/a.ipynb").is_file()
    return said


def test_a_check_that_cannot_be_split_is_named_with_its_reason(tmp_path: Path, terminal: Terminal) -> None:
    said = released(tmp_path, terminal, *X, *FILE)
    (note,) = [line for line in said.splitlines() if line.startswith("note: ")]
    assert (
        "a: the check 'file-check' cannot be kept apart from the student's code and runs in the student's world" in note
    )
    assert "No such file or directory: 'out.txt'" in note
    assert "'x-check'" not in said
    hand_in(tmp_path, "ana", "a", notebook(*X, *FILE))
    run = grade(Course(tmp_path), "a")
    worlds = {name: cell["world"] for name, cell in run.submissions[0]["cells"].items()}
    assert worlds == {"x-check": "reference", "file-check": "student"}
    assert f"note: {run.notes[0]}" == note  # the run says the same


def test_where_all_checks_can_be_split_it_says_so(tmp_path: Path, terminal: Terminal) -> None:
    said = released(tmp_path, terminal, *X)
    assert "The reference answer passes 1 check, each kept apart from the code that it checks." in said


def test_a_reference_answer_that_fails_its_own_check_is_named(tmp_path: Path, terminal: Terminal) -> None:
    said = released(tmp_path, terminal, X[0], check("x-check", 1, "assert x == 2, 'x is two'"))
    assert "note: a: the reference answer does not pass 'x-check'" in said and "x is two" in said


def test_another_language_and_a_system_without_walls(
    tmp_path: Path, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("coursekit.sandbox.sys.platform", "darwin")
    said = released(tmp_path / "mac", terminal, *X)
    assert "Its checks could not be tried on this system. 'course grade' tries them before it grades." in said
    nb = notebook(*X)
    nb.metadata.kernelspec["language"] = "R"
    write_course(tmp_path / "r", "a", nb, config="c.ClearSolutions.code_stub = {'R': 'stop()', 'python': 'pass'}")
    said = terminal("release", "a", "--course-dir", tmp_path / "r")
    assert "It is written in R: nbgrader's own autograde will grade it, without walls." in said
