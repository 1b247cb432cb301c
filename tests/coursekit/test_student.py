"""In a running notebook: unattempted, wrong and right are told apart, and each known mistake has its own words."""

from __future__ import annotations

from pathlib import Path

import pytest

from coursekit import exercises, notebooks, progress
from coursekit.course import Course
from coursekit.errors import CourseKitError, UnknownUnit
from coursekit.learners_help import help_for_learners
from coursekit.slips import about_error
from coursekit.student import next_hint
from coursekit.verdict import judge

STUB = 'def twice(x):\n    """Two times x."""\n    ...  # YOUR ANSWER HERE'


def told(course: Course, answer: str, *, run: bool = True) -> tuple[str, str]:
    question = exercises.find_question(course, "try-twice")
    namespace: dict[str, object] = {}
    if run:
        exec(answer, namespace)
    verdict = judge(question, namespace, [answer] if run else [])
    return verdict.state, verdict.message


def test_the_stub_is_not_a_wrong_answer(course: Course) -> None:
    assert exercises.find_question(course, "try-twice").stub == STUB
    assert told(course, STUB)[0] == "unattempted"


def test_a_cell_that_was_not_run_is_not_a_wrong_answer(course: Course) -> None:
    state, message = told(course, STUB, run=False)
    assert state == "unattempted"
    assert "Run your answer cell first: it should define twice." in message


def test_an_answer_that_is_not_python_is_not_hidden_by_an_older_one(course: Course) -> None:
    older, newer = "def twice(x):\n    return 2 * x", "def twice(x):\n    return 2 x"
    namespace: dict[str, object] = {}
    exec(older, namespace)
    question = exercises.find_question(course, "try-twice")
    verdict = judge(question, namespace, [older, newer, "check('try-twice')"])
    assert verdict.state == "unattempted"
    assert "Python could not read your answer as you last ran it. Look at line 2 of it" in verdict.message
    assert judge(question, namespace, [older, newer, older]).state == "right"


@pytest.mark.parametrize(
    ("slip", "words"),
    [
        ("one, two = 3.0", "several are expected"),
        ("one, two = None", "several are expected"),
        ("def f():\n    x += 1\nf()", "give it a first value before the loop"),
        ("[1, 2] / 2", "as a whole: go through it"),
        ("[1, 2] * [3, 4]", "as a whole: go through it"),
        ("[][0]", "may be empty"),
        ("list(3)", "where a list is expected"),
        ("sum(['1', '2'])", "between quotation marks is text"),
        ("'2' > 1", "between quotation marks is text"),
        ("def f(day, *, on): pass\nf(1)", "without a value that it needs"),
        ("x = 3\nx()", "leave them out"),
        ("['2,169'].replace(',', '')", "value by value"),
        ("int('2,169')", "take commas and spaces out"),
        ("import pandas as pd\nbool(pd.Series([True, False]) == True)", "each comparison in brackets"),
        ("[].append(1).append(2)", "write them without x = before them"),
        ("None - 'a'", "Some value is None"),
        ("[1] + None", "Some value is None"),
        ("'a' + None", "Some value is None"),
        ("None > 'a'", "Some value is None"),
        ("sum([[1], None], [])", "Some value is None"),
        ("x = None\nx()", "leave them out"),
        ("'births: ' + 3", "str(x) makes a text of x"),
        ("[1] + 2", "x.append(value) puts one value behind x"),
        ("[1] + (2,)", "x.append(value) puts one value behind x"),
    ],
)
def test_slips_in_plain_words(slip: str, words: str) -> None:
    with pytest.raises((TypeError, IndexError, ValueError, AttributeError, NameError)) as caught:
        exec(slip)
    assert words in about_error(type(caught.value).__name__, str(caught.value))


@pytest.mark.parametrize(
    ("answer", "state", "message"),
    [
        ("def twice(x):\n    return 2 * x", "right", "All checks pass."),
        ("def twice(x):\n    return x + 2", "wrong", "You added two. Twice means two times."),
        ("def twice(x):\n    return 5", "wrong", "Twice two is four."),
        (
            "def twice(x):\n    print(2 * x)",
            "wrong",
            "Twice two is four. Your function twice has no return, so it gives nothing back. print only shows a value.",
        ),
        (
            "def twice(x):\n    return nothing",
            "wrong",
            "Your code stopped with NameError: name 'nothing' is not defined."
            " A name has no value here. Is it spelled as above, was its cell run? What a lesson defined is not known here.",
        ),
        ("def twice(x):\n    return abs(2 * x)", "wrong", exercises.NEUTRAL),
        (
            "def twice(x):\n    return {2: 4, 3: 6}.get(x) + 0",
            "wrong",
            f"{exercises.NEUTRAL} Your code stopped with TypeError. Some value is None (not known): ask for that first.",
        ),
        (
            "def twice(x):\n    return {2: 4, 3: 6}[x]",
            "wrong",
            f"{exercises.NEUTRAL} Your code stopped with KeyError. A dictionary was asked for a name that it does not hold; "
            ".get(name) gives None instead.",
        ),
    ],
    ids=[
        "right",
        "known mistake",
        "fails a visible check",
        "prints",
        "stops",
        "fails a hidden check",
        "meets None",
        "stops in a hidden check",
    ],
)
def test_answers(course: Course, answer: str, state: str, message: str) -> None:
    assert told(course, answer) == (state, message)


def test_without_the_key_right_is_only_right_so_far(course: Course) -> None:
    (course.source / "9-try" / "9-try.ipynb").unlink()
    state, message = told(course, "def twice(x):\n    return {2: 4}[x]")
    assert state == "right"
    assert message.startswith("Right so far.")


def test_a_check_changes_nothing_in_the_notebook(course: Course) -> None:
    namespace: dict[str, object] = {}
    exec("def twice(x):\n    return 2 * x", namespace)
    before = dict(namespace)
    judge(exercises.find_question(course, "try-twice"), namespace, [])
    assert namespace == before


def test_hints_come_one_by_one_below_those_before(course: Course) -> None:
    question = exercises.find_question(course, "1", "9-try")
    hints = [next_hint(course, question) for _ in range(4)]
    assert hints[0] == "Hint 1 of 3: Think of two equal heaps."
    assert hints[1] == hints[0] + "\nHint 2 of 3: Use the star."
    assert hints[2] == hints[3] == hints[1] + "\nHint 3 of 3: It begins: return 2 *"


def test_the_solution_comes_with_its_reason_where_it_may_be_shown(course: Course) -> None:
    question = exercises.find_question(course, "try-twice")
    answer, reasoning = exercises.model_answer(course, question)
    assert "return secret_of_the_key" in answer
    assert "BEGIN SOLUTION" not in answer
    assert reasoning == "Twice means two times."
    course.config.CourseKit.show_solutions = False
    with pytest.raises(CourseKitError, match="Solutions are not shown"):
        exercises.model_answer(course, question)


def test_an_unknown_question_names_near_ones(course: Course) -> None:
    with pytest.raises(UnknownUnit, match="Did you mean try-twice"):
        exercises.find_question(course, "try-twise")


def test_before_a_release_no_question_is_named_and_the_way_is(course: Course) -> None:
    (course.release / "9-try" / "9-try.ipynb").unlink()
    with pytest.raises(UnknownUnit, match="'course release UNIT' in a class, first"):
        exercises.find_question(course, "1", "9-try")


def test_progress_survives_and_done_stays_done(course: Course) -> None:
    progress.record(course, "try-twice", "right", 4.0, 4.0)
    progress.record(course, "try-twice", "wrong", 0.0, 4.0)
    (row,) = progress.of_units(course)
    assert (row.done, row.tried, row.open, row.points) == (1, 0, 0, 4.0)


def test_a_damaged_progress_file_starts_anew(course: Course) -> None:
    course.work.mkdir(exist_ok=True)
    Path(course.work / progress.FILE).write_text("{not json")
    assert progress.read(course) == {"questions": {}, "hints": {}}


def test_help_names_what_an_answer_must_define(course: Course) -> None:
    nb = notebooks.load(course.source / "9-try" / "9-try.ipynb")
    told_help = help_for_learners(nb, notebooks.read_exercises(course.manuscript / "assignments/9-try/exercises.yaml"))
    assert told_help["try-twice"]["names"] == ["twice"]
    assert "answer" not in str(told_help["try-twice"]["mistakes"]).lower()
