"""What is said of a check that could not do its work: the cell that is to blame, and what happened to it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat
import pytest
from plain import check, code, notebook, solution, write_course
from traitlets.config import Config

from coursekit import sandbox
from coursekit.worlds.host import Worlds
from coursekit.worlds.planning import make_plan

DEAF = "import time\ndef f(x):\n    while True:\n        try: time.sleep(100)\n        except BaseException: pass"
KEEP = "keep the name that the question asks for."
Cells = list[nbformat.NotebookNode]


def graded(
    root: Path, source: Cells, handed_in: Cells, timeout_seconds: int = 10, world: str = "reference"
) -> dict[str, Any]:
    path = write_course(root, "one", notebook(*source)) / "source" / "one" / "one.ipynb"
    plan = make_plan(path, Config({"Execute": {"timeout": timeout_seconds}}))
    plan.checks["f-check"].world = world
    with Worlds([plan], sandbox.choose()) as opened:
        return opened.grade("one", nbformat.writes(notebook(*handed_in)).encode())


@pytest.mark.parametrize(
    ("first", "answer", "said"),
    [
        ("1 / 0", "def F(x):\n    return x", KEEP),
        ("1 / 0", "def f(x) return x", "Your code stopped with SyntaxError: "),
        ("1 / 0", "{}['a']\ndef f(x):\n    return x", "Your code stopped with KeyError: 'a'."),
        ("f = 1 / 0", "", "Your code stopped with ZeroDivisionError: division by zero."),
        ("import os\nos._exit(0)", "def F(x):\n    return x", KEEP),
        ("", "import os\nos._exit(0)", "It ended the Python process"),
        ("f = " + "+".join("1" * 3000) + " / 0", "", KEEP),
    ],
)
def test_what_stopped_is_told_of_the_cell_that_should_have_made_the_name(
    tmp_path: Path, first: str, answer: str, said: str
) -> None:
    test = check("f-check", 1, "assert f(1) == 1")
    source = [solution("f", "def f(x):\n    return x"), test]
    result = graded(tmp_path, source, [code(first), solution("f", answer, marked=False), test])
    assert said in result["cells"]["f-check"]["message"]


def test_a_name_made_of_an_answer_is_told_with_what_stopped_its_cell(tmp_path: Path) -> None:
    given, test = code("total = f(1)"), check("f-check", 1, "assert total == 1")
    source = [solution("f", "def f(x):\n    return x"), given, test]
    handed_in = [code("1 / 0"), solution("f", "def F(x):\n    return x", marked=False), given, test]
    said = graded(tmp_path, source, handed_in)["cells"]["f-check"]["message"]
    assert said.startswith("Your code stopped with NameError: name 'f' is not defined.")


ENDLESS = "while True: pass\ndef f(x):\n    return x", "def f(x):\n    while True: pass"


@pytest.mark.parametrize(
    ("answer", "world"), [(ENDLESS[0], "reference"), (ENDLESS[1], "reference"), (ENDLESS[1], "student")]
)
def test_what_took_too_long_is_told_so_in_words(tmp_path: Path, answer: str, world: str) -> None:
    """A cell, a call out of a check, and a check that runs beside the answer."""
    test = check("f-check", 1, "assert f(1) == 1")
    source, handed_in = solution("f", "def f(x):\n    return x"), solution("f", answer, marked=False)
    result = graded(tmp_path, [source, test], [handed_in, test], timeout_seconds=1, world=world)
    assert result["cells"]["f-check"]["message"] == "Your code took longer than 1 second."


def test_a_check_in_which_the_notebooks_time_is_over_was_reached(tmp_path: Path) -> None:
    """Its call had one second left, and did not end."""
    test = check("f-check", 1, "assert f(1) == 1")
    source = [solution("f", "def f(x):\n    return x"), test]
    slow = [code("import time\ntime.sleep(1.9)") for _ in range(6)]
    handed_in = [*slow, solution("f", DEAF, marked=False), test]
    result = graded(tmp_path, source, handed_in, timeout_seconds=2)
    cell = result["cells"]["f-check"]
    assert (cell["score"], cell["state"]) == (0, "wrong")
    assert cell["message"] == "It ran longer than 1 second and did not stop when asked."
    assert "used up the time of a whole notebook" in result["repairs"][-1]
