"""`course check` tells unattempted, wrong and right apart, and claims points only where it ran every check."""

from __future__ import annotations

import json
import socket
import sys
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from coursekit import answers, cli, desk, notebooks, progress, worlds
from coursekit.check import UnitCheck, check_unit
from coursekit.course import Course
from coursekit.errors import BadSubmission
from coursekit.exercises import find_question
from coursekit.verdict import judge
from coursekit.worlds import driver
from coursekit.worlds.planning import make_plan

RIGHT = "def twice(x):\n    return x + x"
MISTAKE = "def twice(x):\n    return x + 2"


def answer(course: Course, source: str, place: int = 2) -> None:
    path = desk.notebook(course, "9-try")
    nb = notebooks.load(path)
    nb.cells[place].source = source
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


@pytest.mark.parametrize("key", [True, False], ids=["with the key", "without"])
@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("def twice(x):\n    print(2 * x)", "print only shows a value"),
        ("def twice(x):\n    return {7: 14}[x]", ".get(name) gives None instead"),
        ("def twice(x):\n    return {2: 4}[x]", ".get(name) gives None instead"),
        ("def twice(x):\n    return 2 * x if None > x else x", "Some value is None"),
        ("def twice(x):\n    best += x\n    return best", "give it a first value before the loop"),
        ("def twice(x):\n    return nothing", "Is it spelled as above"),
        ("def twice(x):\n    return 2 x", "Python could not read your answer as you last ran it. Look at line 2"),
    ],
    ids=[
        "prints",
        "KeyError",
        "KeyError in a hidden check",
        "compares None",
        "no first value",
        "unknown name",
        "unread",
    ],
)
def test_the_words_are_those_of_a_check_in_the_notebook(
    checked, course: Course, source: str, words: str, key: bool
) -> None:
    if not key:
        (course.source / "9-try" / "9-try.ipynb").unlink()
    namespace: dict[str, object] = {}
    with suppress(SyntaxError):
        exec(source, namespace)
    there = judge(find_question(course, "try-twice"), namespace, [source])
    (here, _) = (result := checked(source)).questions
    if there.state == "right":  # {2: 4} passes what can be seen
        assert here.state == "right" and not key
        return
    assert (here.state, here.message) == (there.state, there.message)
    assert words in here.message and f"     {here.message}" in result.lines()


def test_an_answer_that_stops_before_it_has_made_its_name_is_told_the_error_itself(checked) -> None:
    (line, _) = checked("share = 1 / 0\n" + RIGHT).questions
    assert (line.state, line.score) == ("wrong", 0.0)
    assert line.message == "Your code stopped with ZeroDivisionError: division by zero."


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("    x = 2 *\n", "Your code stopped with SyntaxError: "),
        ("for x in [1, 2\n    print(x)", "Your code stopped with SyntaxError: "),
        ("%matplotlib inline\ny = 3", "twice"),
        ("%matplotlib inline\ndef twice(x):\n    return x + 2", "You added two. Twice means two times."),
        ("%%time\ndef twice(x):\n    print(x)", "print only shows a value"),
    ],
)
def test_an_answer_that_is_not_plain_python_has_its_line_too(checked, source: str, words: str) -> None:
    (line, _) = checked(source).questions
    assert line.state != "right" and words in line.message


def test_a_right_answer_below_a_magic_is_right(checked) -> None:
    assert checked("%matplotlib inline\n" + RIGHT).all_right


def test_a_written_answer_is_told_its_words_and_never_points(checked, course: Course) -> None:
    assert checked().questions[1].message == "Nothing is written yet."
    answer(course, "Two times three is six.", place=4)
    line = checked().questions[1]
    assert (line.state, line.score, line.message) == ("manual", None, "You wrote 5 words.")


def test_a_written_answer_is_measured_by_what_its_question_asks(course: Course) -> None:
    """The range that the question's text states, beside the words that are there."""
    release = course.release / "9-try" / "9-try.ipynb"
    nb = notebooks.load(release)
    nb.cells.insert(4, notebooks.nbformat.v4.new_markdown_cell("In **8 to 10 words**: why?"))
    release.write_bytes(notebooks.dump(nb))
    question = find_question(course, "try-why")
    assert question.words_asked == (8, 10) and find_question(course, "try-twice").words_asked is None
    assert answers.length(question, "one - **two**") == "You wrote 2 words; 8 to 10 are asked for."
    both = {q.grade_id: q for q in (find_question(course, "try-twice"), question)}
    for count, is_told in ((6, True), (7, False), (12, False), (13, True)):
        said = answers.left_open(both, {"try-twice": RIGHT, "try-why": " ".join(["word"] * count)})
        assert (said != "") == is_told
        assert not is_told or f"question 2 has {count} words (8 to 10 are asked for)" in said


def test_a_process_that_does_not_start_is_no_fault_of_the_notebook(
    course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its line leads nowhere: the learner hears what to type, and nothing of a fresh copy."""

    def hung_up() -> socket.socket:
        here, there = socket.socketpair()
        there.close()
        return here

    def grade(source: Path, submitted: Path, **_: Any) -> dict[str, Any]:
        plan = make_plan(source, course.config, include_hidden=False)
        shell: Any = SimpleNamespace(user_ns={})
        return driver.Driver(plan, shell, hung_up).grade(submitted.read_bytes()).to_json()

    monkeypatch.setattr(worlds, "grade_notebook", grade)
    with pytest.raises(BadSubmission, match="could not be checked: The separate process") as caught:
        check_unit(course, "9-try")
    assert "Run the same command again" in str(caught.value) and "'course doctor'" in str(caught.value)
    assert "course reset" not in str(caught.value)


def test_a_grader_that_ends_is_told_in_its_own_words(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    said = "The grading process ended before it could answer (it was killed)."
    monkeypatch.setattr(worlds, "grade_notebook", lambda *_, **__: {"failed": said})
    with pytest.raises(BadSubmission) as caught:
        check_unit(course, "9-try")
    assert str(caught.value) == f"9-try.ipynb could not be checked: {said}"


def test_an_answer_cell_without_a_text_is_an_empty_answer() -> None:
    cell = {"cell_type": "code", "metadata": {"nbgrader": {"grade_id": "try-twice"}}}
    assert answers.answers_in({"cells": [cell]}) == {"try-twice": ""}


def test_without_the_key_no_points_are_claimed(checked, course: Course) -> None:
    answer(course, "def twice(x):\n    return {2: 4}[x]")
    (course.source / "9-try" / "9-try.ipynb").unlink()
    result = checked()
    assert (result.questions[0].state, result.questions[0].score, result.complete) == ("right", None, False)
    assert any("right so far" in line for line in result.lines())


@pytest.mark.parametrize("broken", ["1 / 0", "import sys\nsys.exit()"])
def test_a_broken_cell_elsewhere_does_not_spoil_an_answer(checked, course: Course, broken: str) -> None:
    path = desk.notebook(course, "9-try")
    nb = notebooks.load(path)
    nb.cells[2].source = RIGHT
    nb.cells.insert(1, notebooks.nbformat.v4.new_code_cell(broken))
    path.write_bytes(notebooks.dump(nb))
    assert checked().questions[0].state == "right"


def test_a_broken_cell_elsewhere_is_not_blamed_for_a_name_that_was_changed(checked, course: Course) -> None:
    path = desk.notebook(course, "9-try")
    nb = notebooks.load(path)
    nb.cells[2].source = RIGHT.replace("twice", "Twice")
    nb.cells.insert(1, notebooks.nbformat.v4.new_code_cell("1 / 0"))
    path.write_bytes(notebooks.dump(nb))
    message = checked().questions[0].message
    assert "twice" in message and "ZeroDivisionError" not in message


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
