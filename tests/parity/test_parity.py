"""The same points as nbgrader's own autograde, cell by cell, for honest notebooks of several styles."""

from __future__ import annotations

import copy
import shutil
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbgrader.api import Gradebook
from nbgrader.apps import NbGraderAPI
from plain import (
    autograded,
    check,
    code,
    hand_in,
    locked,
    manual_code,
    markdown,
    notebook,
    solution,
    task,
    write_course,
    written,
)
from traitlets.config import Config

from coursekit.course import Course
from coursekit.jobs import grade

Grades = dict[tuple[str, str, str], tuple[float | None, float | None, bool]]

STYLES: dict[str, list[Any]] = {
    "values and functions": [
        code("import math"),
        solution("area", "def area(r):\n    return math.pi * r ** 2"),
        check("area-check", 2, "assert abs(area(1) - math.pi) < 1e-9\n### BEGIN HIDDEN TESTS\nassert area(0) == 0\n### END HIDDEN TESTS"),
        solution("total", "total = sum(range(10))"),
        check("total-check", 1, "assert total == 45"),
        written("why", 3, "Because."),
    ],
    "partial credit": [
        solution("items", "items = ['a', 'b', 'c']"),
        check("items-check", 3, "score = 0\nfor wanted in ('a', 'b', 'c'):\n    score += wanted in items\nscore"),
        check("half", 2, "1 if len(items) > 1 else 0.5"),
        check("text", 1, "'done'"),
    ],
    "classes and errors": [
        solution("account", "class Account:\n    def __init__(self, money=0):\n        self.money = money\n    def pay(self, n):\n"
                            "        if n > self.money:\n            raise ValueError('too little')\n        self.money -= n"),
        check("account-check", 2, "a = Account(10)\na.pay(3)\nassert a.money == 7"),
        check("account-error", 1, "try:\n    Account(1).pay(2)\n    raise AssertionError('no error')\nexcept ValueError as e:\n    assert 'little' in str(e)"),
    ],
    "numpy and pandas": [
        code("import numpy as np\nimport pandas as pd\nframe = pd.DataFrame({'g': list('aab'), 'n': [1, 2, 3]})"),
        solution("sums", "sums = frame.groupby('g')['n'].sum()"),
        check("sums-check", 2, "pd.testing.assert_series_equal(sums, pd.Series([3, 3], index=pd.Index(['a', 'b'], name='g'), name='n'), check_index_type=False)"),
        solution("column", "frame['double'] = frame['n'] * 2"),
        check("column-check", 1, "assert frame['double'].tolist() == [2, 4, 6]"),
        solution("norm", "def norm(v):\n    return np.sqrt((np.asarray(v) ** 2).sum())"),
        check("norm-check", 1, "np.testing.assert_allclose(norm([3, 4]), 5)"),
    ],
    "state that runs through": [
        solution("first", "numbers = [3, 1, 2]"),
        check("first-check", 1, "assert len(numbers) == 3\nwanted = 3"),
        code("ordered = sorted(numbers)"),
        check("ordered-check", 1, "assert ordered == [1, 2, 3]"),
        solution("second", "def top():\n    return ordered[-1]"),
        locked("helper", "def report():\n    return f'top {top()}'"),
        check("second-check", 1, "assert report() == f'top {wanted}'"),
    ],
    "printing, generators, functions of functions": [
        solution("hello", "def hello(name):\n    print('Hello', name)"),
        check("hello-check", 1, "import io, contextlib\nout = io.StringIO()\nwith contextlib.redirect_stdout(out):\n    hello('Ana')\nassert out.getvalue() == 'Hello Ana\\n'"),
        solution("squares", "def squares(n):\n    for i in range(n):\n        yield i * i"),
        check("squares-check", 1, "assert list(squares(4)) == [0, 1, 4, 9]"),
        solution("twice", "def twice(f):\n    return lambda x: f(f(x))"),
        check("twice-check", 1, "assert twice(lambda x: x + 3)(1) == 7"),
        solution("sort", "def sort(items):\n    items.sort()"),
        check("sort-check", 1, "items = [2, 1]\nsort(items)\nassert items == [1, 2]"),
    ],
    "checks that cannot be split": [
        solution("doc", "def doc(x):\n    return x + 1"),
        check("doc-check", 1, "import inspect\nassert 'return' in inspect.getsource(doc)"),
        solution("file", "open('out.txt', 'w').write('5')"),
        check("file-check", 1, "assert open('out.txt').read() == '5'"),
    ],
    "manual and tasks": [
        manual_code("plot", 2, "pass"),
        task("essay", 4, "Write an essay below."),
        written("short", 1, "Answer."),
        solution("x", "x = 1"),
        check("x-check", 1, "assert x == 1"),
    ],
    "figure": [
        code("import matplotlib.pyplot as plt"),
        solution("draw", "fig, ax = plt.subplots()\nax.plot([1, 2, 3], [2, 4, 6], label='two')\nax.set_title('Twos')\nax.set_xlabel('x')"),
        check("draw-check", 2, "assert ax.get_title() == 'Twos'\nassert ax.get_xlabel()\nassert list(ax.lines[0].get_ydata()) == [2, 4, 6]"),
    ],
    "dates, sets, dataclasses, imports": [
        code("import datetime as dt\nfrom shapes import Box, Colour"),
        solution("day", "day = dt.date(2015, 11, 1)\nmoment = dt.datetime(2015, 11, 1, 8, tzinfo=dt.UTC)"),
        check("day-check", 1, "assert day == dt.date(2015, 11, 1)\nassert moment - dt.timedelta(hours=8) == dt.datetime(2015, 11, 1, tzinfo=dt.UTC)"),
        solution("names", "names = {'a', 'b'}\npairs = frozenset({(1, 2)})"),
        check("names-check", 1, "assert names == {'b', 'a'} and (1, 2) in pairs"),
        solution("box", "def box(width):\n    return Box(width, Colour.RED)"),
        check("box-check", 2, "made = box(3)\nassert isinstance(made, Box) and made == Box(3, Colour.RED) and made.area() == 9"),
        solution("mean", "import statistics\nimport numpy as np\nmiddle = np.mean([1, 2, 3])\ndef mean(values):\n    return statistics.mean(values)"),
        check("mean-check", 2, "import numpy as np\nassert np.isclose(middle, 2)\nassert mean([1, 2, 6]) == statistics.mean([1, 2, 6])"),
        solution("later", "def later(f, n):\n    return [f(i) for i in range(n)]\ndef adder(n):\n    def add(x):\n        return x + n\n    return add"),
        check("later-check", 1, "assert later(lambda i: i * i, 3) == [0, 1, 4]\nassert adder(2)(3) == 5"),
        solution("worry", "class Worry(LookupError):\n    pass\ndef look(x):\n    raise Worry('nothing under ' + x)"),
        check("worry-check", 1, "try:\n    look('a')\nexcept LookupError as error:\n    assert 'under a' in str(error)\nelse:\n    raise AssertionError('no error')"),
    ],
}  # fmt: skip
SHAPES = """
import dataclasses, enum

class Colour(enum.Enum):
    RED = 1

@dataclasses.dataclass(frozen=True)
class Box:
    width: float
    colour: Colour

    def area(self):
        return self.width ** 2
"""
WRONG = {
    "day": "day = dt.datetime(2015, 11, 1)\nmoment = dt.datetime(2015, 11, 1, 8)", "names": "names = ['a', 'b']\npairs = {(1, 2)}",
    "box": "def box(width):\n    return (width, Colour.RED)", "mean": "import numpy as np\nmiddle = 3\ndef mean(v): return 0",
    "later": "def later(f, n):\n    return [f(n)]\ndef adder(n):\n    return n", "worry": "def look(x):\n    raise KeyError(x)",
    "area": "def area(r):\n    return 3 * r", "total": "total = 44", "items": "items = ['a', 'c']", "account": "class Account: pass",
    "sums": "sums = frame['n'].sum()", "column": "frame['double'] = frame['n']", "norm": "def norm(v): raise ValueError",
    "first": "numbers = [9, 1, 2]", "second": "def top():\n    return None", "hello": "def hello(n): return 'Hello ' + n",
    "squares": "def squares(n):\n    return [1]", "twice": "def twice(f):\n    return f", "sort": "def sort(items):\n    return sorted(items)",
    "doc": "doc = lambda x: x + 1", "file": "pass", "plot": "print(1)", "short": "Nothing to say.", "x": "x = 1/0",
    "draw": "fig, ax = plt.subplots()\nax.set_title('Twos')",
}  # fmt: skip


def released(cells: list[Any]) -> nbformat.NotebookNode:
    """What a student starts from."""
    nb = notebook(*copy.deepcopy(cells))
    for cell in nb.cells:
        facts = cell.metadata.get("nbgrader", {})
        if facts.get("solution"):
            code_cell = cell.cell_type == "code"
            cell.source = "# YOUR CODE HERE\nraise NotImplementedError()" if code_cell else "YOUR ANSWER HERE"
        elif "HIDDEN" in cell.source:
            cell.source = cell.source.split("### BEGIN")[0].rstrip("\n")
    return nb


def answered(cells: list[Any], pick: Any) -> nbformat.NotebookNode:
    nb = released(cells)
    position = 0
    for ours, original in zip(nb.cells, cells, strict=True):
        facts = ours.metadata.get("nbgrader", {})
        if facts.get("solution"):
            right = "\n".join(line for line in original.source.split("\n") if "SOLUTION" not in line)
            given = pick(position, facts["grade_id"], right)
            position += 1
            ours.source = given if given is not None else ours.source
    return nb


STUDENTS: dict[str, Any] = {
    "right": lambda i, name, right: right,
    "untouched": lambda i, name, right: None,
    "wrong": lambda i, name, right: WRONG.get(name, right),
    "first-wrong": lambda i, name, right: WRONG.get(name) if i == 0 else right,
    "first-open-last-wrong": lambda i, name, right: None if i == 0 else WRONG.get(name),
}


def grades(root: Path, assignment: str) -> Grades:
    with Gradebook(f"sqlite:///{root / 'gradebook.db'}", "plain") as book:
        found: Grades = {}
        for submission in book.assignment_submissions(assignment):
            for nb in submission.notebooks:
                for g in nb.grades:
                    found[(submission.student_id, nb.name, g.name)] = (g.auto_score, g.score, g.needs_manual_grade)
        return found


def comments(root: Path, assignment: str) -> dict[tuple[str, str, str], str | None]:
    with Gradebook(f"sqlite:///{root / 'gradebook.db'}", "plain") as book:
        return {
            (s.student_id, nb.name, c.name): c.auto_comment
            for s in book.assignment_submissions(assignment)
            for nb in s.notebooks
            for c in nb.comments
        }


def stock(root: Path, assignment: str) -> None:
    """nbgrader's own two steps, in this process."""
    config = Config(Course(root).config)
    config.OverwriteCells.add_missing_cells = True
    api = NbGraderAPI(config=config)
    made = api.generate_assignment(assignment)
    assert made["success"], made["log"]
    done = autograded(api, assignment, "*")
    assert done["success"], done["log"]


def both(tmp_path: Path, assignment: str, build: Any) -> tuple[Path, Path]:
    """The same course twice: graded by nbgrader, and by us."""
    theirs, ours = tmp_path / "theirs", tmp_path / "ours"
    build(theirs)
    shutil.copytree(theirs, ours)
    stock(theirs, assignment)
    grade(Course(ours), assignment, workers=2)
    return theirs, ours


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Every style as one notebook of one assignment, graded both ways."""

    def build(root: Path) -> None:
        notebooks = (notebook(*copy.deepcopy(cells)) for cells in STYLES.values())
        config = "c.CourseKit.dataclasses = ['shapes:Box', 'shapes:Colour']"
        write_course(root, "a", *notebooks, files={"shapes.py": SHAPES}, config=config)
        for student, pick in STUDENTS.items():
            for number, cells in enumerate(STYLES.values(), 1):
                hand_in(root, student, "a", answered(cells, pick), f"p{number}.ipynb")

    return both(tmp_path_factory.mktemp("parity"), "a", build)


@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize("number", range(1, len(STYLES) + 1), ids=list(STYLES))
def test_every_cell_has_the_points_that_nbgrader_gives(graded: tuple[Path, Path], number: int) -> None:
    theirs, ours = graded
    for read in (grades, comments):
        expected = {key: value for key, value in read(theirs, "a").items() if key[1] == f"p{number}"}
        assert len(expected) >= len(STUDENTS)
        assert {key: value for key, value in read(ours, "a").items() if key[1] == f"p{number}"} == expected


@pytest.mark.filterwarnings("default")
def test_several_notebooks_data_files_lateness_and_a_missing_notebook(tmp_path: Path) -> None:
    one = [
        code("rows = open('data.txt').read().split()"),
        solution("n", "n = len(rows)"),
        check("n-check", 2, "assert n == 3"),
    ]
    two = [markdown("# Two"), solution("m", "m = 5"), check("m-check", 4, "assert m == 5")]
    config = 'c.AssignLatePenalties.plugin_class = "nbgrader.plugins.LateSubmissionPlugin"\nc.LateSubmissionPlugin.penalty_method = "zero"'

    def build(root: Path) -> None:
        write_course(root, "a", notebook(*one), notebook(*two), files={"data.txt": "a b c"}, config=config)
        with Gradebook(f"sqlite:///{root / 'gradebook.db'}", "plain") as book:
            book.add_assignment("a", duedate="2026-01-10")
        for student in ("ana", "late", "half"):
            hand_in(root, student, "a", answered(one, lambda i, n, right: right), "p1.ipynb").with_name(
                "data.txt"
            ).write_text("changed")
            if student != "half":
                hand_in(root, student, "a", answered(two, lambda i, n, right: right), "p2.ipynb")
        (root / "submitted/ana/a/timestamp.txt").write_text("2026-01-09 10:00:00 UTC")
        (root / "submitted/late/a/timestamp.txt").write_text("2026-01-12 10:00:00 UTC")

    theirs, ours = both(tmp_path, "a", build)
    assert grades(ours, "a") == grades(theirs, "a")
    assert penalties(ours) == penalties(theirs)
    assert penalties(ours)[("late", "p2")] == 4
    ours_files = sorted(p.relative_to(ours).as_posix() for p in (ours / "autograded").rglob("*") if p.is_file())
    theirs_files = sorted(p.relative_to(theirs).as_posix() for p in (theirs / "autograded").rglob("*") if p.is_file())
    assert ours_files == theirs_files
    assert (ours / "autograded/ana/a/data.txt").read_text() == "a b c"


def penalties(root: Path) -> dict[tuple[str, str], float | None]:
    with Gradebook(f"sqlite:///{root / 'gradebook.db'}", "plain") as book:
        return {
            (s.student_id, nb.name): nb.late_submission_penalty
            for s in book.assignment_submissions("a")
            for nb in s.notebooks
        }


@pytest.mark.filterwarnings("default")
def test_nbgrader_goes_on_with_what_we_wrote(tmp_path: Path) -> None:
    """A manual mark survives a regrade; nbgrader's feedback step reads our notebooks."""
    cells = STYLES["values and functions"]
    write_course(tmp_path, "a", notebook(*copy.deepcopy(cells)))
    hand_in(tmp_path, "ana", "a", answered(cells, lambda i, n, right: right))
    course = Course(tmp_path)
    assert grade(course, "a").submissions[0]["score"] == 3
    with Gradebook(f"sqlite:///{tmp_path / 'gradebook.db'}", "plain") as book:
        mark = book.find_grade("why", "a", "a", "ana")
        mark.manual_score, mark.needs_manual_grade, mark.extra_credit = 2, False, 0.5
        book.db.commit()
    run = grade(course, "a", force=True)
    assert run.submissions[0]["score"] == 5.5
    assert grade(course, "a").submissions[0]["score"] == 5.5
    done = NbGraderAPI(config=Config(course.config)).generate_feedback("a", "ana")
    assert done["success"], done["log"]
    assert (tmp_path / "feedback/ana/a/a.html").is_file()


@pytest.mark.filterwarnings("default")
def test_another_language_goes_to_nbgrader(tmp_path: Path) -> None:
    nb = notebook(solution("x", "x = 1"), check("x-check", 1, "assert x == 1"))
    nb.metadata.kernelspec["language"] = "R"  # the kernel that runs is still Python's: no other one is installed
    write_course(tmp_path, "a", nb, config="c.ClearSolutions.code_stub = {'R': 'stop()', 'python': 'pass'}")
    hand_in(tmp_path, "ana", "a", nb)
    run = grade(Course(tmp_path), "a")
    assert run.submissions[0]["cells"]["x-check"]["score"] == 1
    assert "nbgrader" in run.notes[0]
    assert run.walls == []
