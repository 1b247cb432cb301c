"""Where the points differ from nbgrader's on purpose: each line of the table in docs/grading.md, graded by both."""

from __future__ import annotations

import copy
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from nbgrader.api import Gradebook
from nbgrader.apps import NbGraderAPI
from plain import autograded, check, code, hand_in, notebook, solution, write_course
from traitlets.config import Config

from coursekit.course import Course
from coursekit.jobs import grade
from coursekit.results import Run

Points = dict[str, float | None]
PAGE = Path(__file__).resolve().parents[2] / "docs" / "grading.md"

# name: (the key's answer, the check, an odd student's answer, nbgrader's points for it, ours); one point each
ODD: dict[str, tuple[str, str, str, float, float]] = {
    "stderr": (
        "def warn():\n    return 1",
        "assert warn() == 1",
        "import sys\ndef warn():\n    print('old', file=sys.stderr)\n    return 1",
        0, 1,
    ),
    "data": ("total = sum(data)", "assert total == sum(data)", "total = 5", 1, 0),
    "random": ("top = max(sample)", "assert top == max(sample)", "top = max(sample)", 1, 1),
    "module": (
        "import statistics\nmiddle = statistics.mean([1, 3])",
        "assert middle == statistics.mean([1, 3])",
        "middle = 2",
        0, 1,
    ),
    "equals": (
        "import pandas as pd\nseries = pd.Series([1])",
        "import pandas as pd\nassert series.equals(pd.Series([1]))",
        "class Yes:\n    def equals(self, other):\n        return True\nseries = Yes()",
        1, 0,
    ),
    "contains": (
        "bag = [1]",
        "assert 1 in bag",
        "class Bag:\n    def __contains__(self, thing):\n        return True\nbag = Bag()",
        1, 0,
    ),
    "stop": (
        "def step(x):\n    return 1",
        "for value in map(step, [1, 2]):\n    assert value == 1",
        "def step(x):\n    raise StopIteration",
        1, 0,
    ),
    "exit": (
        "class Safe:\n    value = 3\n    def __enter__(self):\n        return self\n    def __exit__(self, *error):\n        return False",
        "with Safe() as safe:\n    assert safe.value == 3",
        "class Safe:\n    value = 0\n    def __enter__(self):\n        return self\n    def __exit__(self, *error):\n        return True",
        1, 0,
    ),
    "masked": (
        "import numpy as np\nnumbers = np.array([1.0, 2.0])",
        "import numpy as np\nnp.testing.assert_array_equal(numbers, [1, 2])",
        "import numpy as np\nnumbers = np.ma.masked_all(2)",
        1, 0,
    ),
    "network": (
        "def online():\n    return True",
        "assert online()",
        "import socket\ndef online():\n    socket.socket().close()\n    return True",
        1, 0,
    ),
    "below": ("near = 60", "1 - abs(near - 60)", "near = 1000", 1, 0),
    "numpy": (
        "import numpy as np\nabout = np.float64(60)",
        "1 - abs(about - 60)",
        "import numpy as np\nabout = np.float64(60.75)",
        1, 0.25,
    ),
    "long": ("few = range(2)", "assert few[1] == 1", "few = range(10**9)", 1, 0),
}  # fmt: skip
HOOKS = """
from pathlib import Path
def hook(**told):
    with open(Path(__file__).with_name("hooks.txt"), "a") as file:
        file.write("called ")
c.Autograde.pre_convert_hook = c.Autograde.post_convert_hook = hook
"""
SETTING = [code("data = [1, 2, 3]"), code("import random\nsample = [random.random() for _ in range(3)]")]


def key() -> Any:
    cells = [*copy.deepcopy(SETTING)]
    for name, (answer, test, *_) in ODD.items():
        cells += [solution(name, answer), check(f"{name}-check", 1, test)]
    return notebook(*cells, solution("bonus", "bonus = 2"), check("bonus-check", 2, "bonus"))


def answers(**given: str) -> Any:
    """What a student hands in: right answers but for these."""
    nb = key()
    for cell in nb.cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id", "")
        if cell.metadata.get("nbgrader", {}).get("solution"):
            right = "\n".join(line for line in cell.source.split("\n") if "SOLUTION" not in line)
            cell.source = given.get(name, right)
    return nb


def named(nb: Any, name: str) -> Any:
    return next(cell for cell in nb.cells if cell.metadata.get("nbgrader", {}).get("grade_id") == name)


def odd() -> Any:
    nb = answers(**{name: answer for name, (_, _, answer, _, _) in ODD.items()})
    nb.cells[0].source = "data = [5]"
    return nb


def deleted() -> Any:
    nb = answers()
    nb.cells.remove(named(nb, "stderr-check"))
    return nb


def copied() -> Any:
    nb = answers()
    twin = copy.deepcopy(named(nb, "stderr-check"))
    twin.id = "a-copy"
    nb.cells.append(twin)
    return nb


def stripped() -> Any:
    nb = answers()
    for cell in nb.cells:
        cell.metadata.pop("nbgrader", None)
    return nb


def exchanged() -> Any:
    nb = answers()
    one, two = named(nb, "stderr-check"), named(nb, "masked-check")
    one.metadata, two.metadata = two.metadata, one.metadata
    return nb


CLASS = {
    "honest": answers,
    "odd": odd,
    "deleted": deleted,
    "copied": copied,
    "stripped": stripped,
    "exchanged": exchanged,
    "ended": lambda: answers(data="import os\nos._exit(1)"),
    "greedy": lambda: answers(bonus="bonus = 5"),
    "unreadable": lambda: b"nothing",
}


def points(root: Path) -> dict[str, Points]:
    with Gradebook(f"sqlite:///{root / 'gradebook.db'}", "plain") as book:
        return {
            s.student_id: {g.name: g.auto_score for nb in s.notebooks for g in nb.grades}
            for s in book.assignment_submissions("a")
        }


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Points], dict[str, bool], Run, dict[str, Points]]:
    """nbgrader's points, whether its run for a student went well, our run and our points."""
    theirs, ours = (tmp_path_factory.mktemp("differences") / name for name in ("theirs", "ours"))
    write_course(theirs, "a", key(), config=HOOKS, timeout_seconds=10)
    for student, made in CLASS.items():
        hand_in(theirs, student, "a", made())
    shutil.copytree(theirs, ours)
    api = NbGraderAPI(config=Config(Course(theirs).config))
    assert api.generate_assignment("a")["success"]
    (theirs / "hooks.txt").unlink(missing_ok=True)
    went_well = {student: autograded(api, "a", student)["success"] for student in CLASS}
    assert (theirs / "hooks.txt").read_text().startswith("called called")
    run = grade(Course(ours), "a", workers=2)
    assert not (ours / "hooks.txt").exists()  # nbgrader's hooks are not called
    return points(theirs), went_well, run, points(ours)


pytestmark = pytest.mark.filterwarnings("default")


@pytest.mark.parametrize("name", ODD)
def test_one_odd_answer(both: Any, name: str) -> None:
    theirs, _, _, ours = both
    *_, expected, mine = ODD[name]
    assert (theirs["odd"][f"{name}-check"], ours["odd"][f"{name}-check"]) == (expected, mine)


def test_an_honest_notebook_has_the_same_points(both: Any) -> None:
    theirs, went_well, _, ours = both
    assert went_well["honest"] and ours["honest"] == theirs["honest"]
    assert sum(ours["honest"].values()) == len(ODD) + 2


@pytest.mark.parametrize(
    ("student", "finished", "check", "expected", "status"),
    [
        ("deleted", True, "stderr-check", None, "repaired"),
        ("stripped", True, "stderr-check", None, "repaired"),
        ("exchanged", True, "masked-check", 0, "repaired"),
        ("copied", False, "stderr-check", None, "repaired"),
        ("ended", False, "stderr-check", None, "graded"),
    ],
)
def test_a_notebook_that_nbgrader_cannot_grade_in_full(
    both: Any, student: str, finished: bool, check: str, expected: float | None, status: str
) -> None:
    theirs, went_well, run, ours = both
    assert went_well[student] == finished
    assert theirs.get(student, {}).get(check) == expected
    assert ours[student][check] == 1
    (row,) = [row for row in run.submissions if row["student"] == student]
    assert row["status"] == status
    assert row["reasons"] or row["cells"]["data-check"]["message"]
    lost = 1 if student == "ended" else 0  # what the lost cell should have made is missing
    assert row["score"] == row["max_score"] - lost


def test_a_check_that_gives_more_than_it_is_worth(both: Any) -> None:
    _, went_well, run, ours = both
    assert not went_well["greedy"]
    assert ours["greedy"]["bonus-check"] == 0
    (row,) = [row for row in run.submissions if row["student"] == "greedy"]
    assert row["score"] == len(ODD) and row["reasons"]


def test_a_file_that_cannot_be_read(both: Any) -> None:
    theirs, went_well, run, ours = both
    assert not went_well["unreadable"] and not any(theirs.get("unreadable", {}).values())
    assert set(ours["unreadable"].values()) == {0.0}
    (row,) = [row for row in run.submissions if row["student"] == "unreadable"]
    assert row["status"] == "failed" and "not JSON" in row["reasons"][0]


LINES = {  # the line of the page that each case is about
    "stderr": "a warning or any text on stderr in a check",
    "deleted": "a check cell was deleted",
    "copied": "a check cell was copied, or an answer pasted into markdown",
    "stripped": "nbgrader's names were stripped by another editor",
    "ended": "the process ends in a cell (exit, crash, endless loop that cannot be interrupted)",
    "greedy": "a check gives more points than it is worth",
    "below": "a check gives points below 0, or `nan`",
    "numpy": "a check gives its points as a NumPy number",
    "long": "a range of more than 100 million items, a decimal number with more than 100,000 digits, or a fraction of numbers with more than 30,000",
    "unreadable": "a submission that cannot be read",
    "data": "the check uses data that students can change (a file, an unlocked cell)",
    "random": "unseeded random data outside of answers",
    "module": "an answer imports a module that a check uses",
    "exchanged": "the names of two checks were exchanged",
    "contains": "`x in thing`, where the object of the student's own class cannot be walked through and only has "
    "`__contains__`",
    "equals": "an object of the student's own class is asked `equals`, `isin`, `issubset`, `startswith` and the like "
    "about a plain value",
    "stop": 'a function raises `StopIteration` or a test tool\'s "skip"',
    "exit": "a context manager's `__exit__` says that an error is dealt with",
    "masked": "a masked array",
    "network": "network",
    "hooks": "`Autograde.pre_convert_hook` and `post_convert_hook`",
}


def test_every_line_of_the_table_has_its_case() -> None:
    """A new difference needs a line in the page and a case here."""
    part = PAGE.read_text("utf-8").split("## Where the points differ")[1].split("\n## ")[0]
    lines = re.findall(r"^\| (?!case \|)([^|-][^|]*) \|", part, re.M)
    assert sorted(lines) == sorted(LINES.values())
    assert set(LINES) == {*ODD, *CLASS, "hooks"} - {"honest", "odd"}
