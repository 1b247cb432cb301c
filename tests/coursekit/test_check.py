"""`course check` tells unattempted, wrong and right apart, and claims points only where it ran every check."""

from __future__ import annotations

import json
import sys

import pytest

from coursekit import cli, desk, notebooks, progress
from coursekit.check import UnitCheck, check_unit
from coursekit.course import Course
from coursekit.errors import BadSubmission

RIGHT = "def twice(x):\n    return x + x"
MISTAKE = "def twice(x):\n    return x + 2"


def answer(course: Course, source: str) -> None:
    path = desk.notebook(course, "9-try")
    nb = notebooks.load(path)
    nb.cells[2].source = source
    path.write_bytes(notebooks.dump(nb))


@pytest.fixture(params=["worlds", "alone"])
def checked(request: pytest.FixtureRequest, course: Course, monkeypatch: pytest.MonkeyPatch):
    """check_unit through the grader's worlds, and as it runs on other systems."""
    if request.param == "alone":
        monkeypatch.setattr(sys, "platform", "other")

    def run(source: str | None = None) -> UnitCheck:
        if source is not None:
            answer(course, source)
        return check_unit(course, "9-try")

    return run


def test_untouched_is_unattempted(checked) -> None:
    result = checked()
    assert [line.state for line in result.questions] == ["unattempted", "manual"]
    assert not result.all_right


def test_right(checked, course: Course) -> None:
    result = checked(RIGHT)
    assert result.all_right
    assert (result.questions[0].score, result.questions[0].max_score) == (4.0, 4.0)
    assert progress.of_units(course)[0].done == 1


def test_a_known_mistake_has_its_message(checked) -> None:
    (line, _) = checked(MISTAKE).questions
    assert (line.state, line.score, line.message) == ("wrong", 0.0, "You added two. Twice means two times.")


def test_without_the_key_no_points_are_claimed(checked, course: Course) -> None:
    answer(course, "def twice(x):\n    return {2: 4}[x]")
    (course.source / "9-try" / "9-try.ipynb").unlink()
    result = checked()
    assert (result.questions[0].state, result.questions[0].score, result.complete) == ("right", None, False)
    assert any("right so far" in line for line in result.lines())


def test_a_broken_cell_elsewhere_does_not_spoil_an_answer(checked, course: Course) -> None:
    path = desk.notebook(course, "9-try")
    nb = notebooks.load(path)
    nb.cells[2].source = RIGHT
    nb.cells.insert(1, notebooks.nbformat.v4.new_code_cell("1 / 0"))
    path.write_bytes(notebooks.dump(nb))
    assert checked().questions[0].state == "right"


def test_what_another_editor_stripped_is_put_right_for_the_check(checked, course: Course) -> None:
    """Names of cells are lost, the check is there twice and says something else: the answer still counts."""
    answer(course, MISTAKE)
    path = desk.notebook(course, "9-try")
    nb = json.loads(path.read_text(encoding="utf-8"))
    for cell in nb["cells"]:
        cell["metadata"] = {}
        cell.pop("id", None)
    nb["cells"].append({**nb["cells"][3], "source": "assert True"})
    path.write_text(json.dumps(nb), encoding="utf-8")
    before = path.read_bytes()
    result = checked()
    assert [line.state for line in result.questions] == ["wrong", "manual"]
    assert result.questions[0].message == "You added two. Twice means two times."
    assert [said for said in result.repairs if "'try-twice' had lost its name and was recognised" in said]
    assert "'course repair 9-try' puts your notebook right, and keeps the old one." in result.lines()
    assert path.read_bytes() == before


def test_a_cell_that_ends_python_does_not_spoil_an_answer(checked, course: Course) -> None:
    path = desk.notebook(course, "9-try")
    nb = notebooks.load(path)
    nb.cells[2].source = RIGHT
    nb.cells.insert(1, notebooks.nbformat.v4.new_code_cell("import sys\nsys.exit()"))
    path.write_bytes(notebooks.dump(nb))
    assert checked().questions[0].state == "right"


@pytest.mark.parametrize("content", ["", "hello", "{}", '{"cells": [], "nbformat": 4, "nbformat_minor": 5}'])
def test_what_holds_no_notebook_is_said_to_its_owner(checked, course: Course, content: str) -> None:
    desk.notebook(course, "9-try").write_text(content, encoding="utf-8")
    with pytest.raises(BadSubmission, match="'course reset 9-try' takes a fresh copy and keeps this file") as caught:
        checked()
    assert "the student" not in str(caught.value)


def run_command(course: Course, capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    with pytest.raises(SystemExit) as stopped:
        cli.main([*words, "--course-dir", str(course.root)])
    return int(stopped.value.code or 0), "".join(capsys.readouterr())


def test_the_command_exits_0_only_when_all_is_right(course: Course, capsys: pytest.CaptureFixture[str]) -> None:
    status, said = run_command(course, capsys, "check", "try", "--json")
    assert status == 1
    assert json.loads(said)["questions"][0]["state"] == "unattempted"
    answer(course, RIGHT)
    status, said = run_command(course, capsys, "check", "9")
    assert status == 0
    assert "✓ 1. Twice a number: right (4 of 4 points)" in said


def test_a_file_that_is_no_notebook_is_one_sentence(course: Course, capsys: pytest.CaptureFixture[str]) -> None:
    desk.notebook(course, "9-try").write_text("hello")
    status, said = run_command(course, capsys, "check", "try")
    assert status == 2
    assert said.startswith("course: ")
    assert len(said.strip().splitlines()) == 1
