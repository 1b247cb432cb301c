"""Every hostile submission gets the row that it deserves, behind each kind of wall, and harms nobody."""

from __future__ import annotations

import json
import os
import re
import shutil
import time
from pathlib import Path
from typing import Any

import nbformat
import pytest
import yaml
from plain import check, code, notebook, solution, write_course

from coursekit.course import Course
from coursekit.jobs import Run, grade

CASES: list[dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "cases.yaml").read_text(encoding="utf-8"))
ANSWERS = {
    "answer": "def double(x):\n    return 2 * x",
    "total": "total = table['n'].sum()",
    "words": "words = ['a', 'b']",
}
HIDDEN = "CANARY-HIDDEN"
SECRETS = (HIDDEN, "CANARY-HOME", "CANARY-ENVIRONMENT", "CANARY-CLASSMATE")


def source_notebook() -> nbformat.NotebookNode:
    return notebook(
        code("import numpy as np\nimport pandas as pd\ntable = pd.read_csv('numbers.csv')"),
        solution("double", ANSWERS["answer"]),
        check(
            "double-check",
            2,
            f"assert double(2) == 4\n### BEGIN HIDDEN TESTS\nassert double(21) == 42, '{HIDDEN}'\n### END HIDDEN TESTS",
        ),
        solution("total", ANSWERS["total"]),
        check("total-check", 3, "assert np.allclose(total, pd.read_csv('numbers.csv')['n'].sum())"),
        solution("words", ANSWERS["words"]),
        check("words-check", 1, "assert words == ['a', 'b']"),
    )


def submission(case: dict[str, Any], root: Path) -> nbformat.NotebookNode:
    places = {"root": str(root), "home": os.environ["HOME"]}
    nb = notebook(
        code("import numpy as np\nimport pandas as pd\ntable = pd.read_csv('numbers.csv')"),
        solution("double", case.get("answer", ANSWERS["answer"]), marked=False),
        check("double-check", 2, "assert double(2) == 4"),
        solution("total", case.get("total", ANSWERS["total"]), marked=False),
        check("total-check", 3, "assert np.allclose(total, pd.read_csv('numbers.csv')['n'].sum())"),
        solution("words", case.get("words", ANSWERS["words"]), marked=False),
        check("words-check", 1, "assert words == ['a', 'b']"),
    )
    if "first" in case:
        nb.cells.insert(0, code(case["first"]))
    if "last" in case:
        nb.cells.append(code(case["last"]))
    for cell in nb.cells:
        if "{root}" in cell.source or "{home}" in cell.source or "{{" in cell.source:
            cell.source = cell.source.format(**places)
    return nb


class Graded:
    """A hostile class, graded once."""

    def __init__(self, root: Path, walls: str, monkeypatch: pytest.MonkeyPatch) -> None:
        self.home = root / "home"
        self.home.mkdir()
        (self.home / "secret.txt").write_text("CANARY-HOME")
        self.temporary = root / "tmp"
        self.temporary.mkdir()
        self.root = root / "course"
        monkeypatch.setenv("HOME", str(self.home))
        monkeypatch.setenv("TMPDIR", str(self.temporary))
        monkeypatch.setenv("SECRET_TOKEN", "CANARY-ENVIRONMENT")
        monkeypatch.setattr("tempfile.tempdir", None)
        if walls == "kernel":
            monkeypatch.setenv("COURSEKIT_NO_BUBBLEWRAP", "1")
        write_course(
            self.root, "hostile", source_notebook(), timeout_seconds=2, files={"numbers.csv": "n\n10\n20\n30\n"}
        )
        honest = submission({}, self.root)
        honest.cells.append(code("# CANARY-CLASSMATE"))
        self._hand_in("honest", honest)
        for number, case in enumerate(CASES):
            self._hand_in(f"case-{number:03}", submission(case, self.root))
        started = time.monotonic()
        self.run: Run = grade(Course(self.root), "hostile", workers=2)
        self.seconds = time.monotonic() - started
        self.rows = {row["student"]: row for row in self.run.submissions}

    def _hand_in(self, student: str, nb: nbformat.NotebookNode) -> None:
        folder = self.root / "submitted" / student / "hostile"
        folder.mkdir(parents=True)
        nbformat.write(nb, folder / "hostile.ipynb")


@pytest.fixture(
    scope="module",
    params=[
        pytest.param("bubblewrap", marks=[pytest.mark.walls, pytest.mark.xdist_group("hostile-bubblewrap")]),
        pytest.param("kernel", marks=pytest.mark.xdist_group("hostile-kernel")),
    ],
)
def graded(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Any:
    if request.param == "bubblewrap" and not shutil.which("bwrap"):
        pytest.skip("needs bubblewrap: apt install bubblewrap")
    with pytest.MonkeyPatch.context() as monkeypatch:
        yield Graded(tmp_path_factory.mktemp(request.param), request.param, monkeypatch)


def many(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


@pytest.mark.parametrize("number", range(len(CASES)), ids=[case["name"] for case in CASES])
def test_row(graded: Graded, number: int) -> None:
    case, row = CASES[number], graded.rows[f"case-{number:03}"]
    assert row["score"] in many(case["score"]), row
    assert row["status"] in many(case["status"]), row
    if "tells" in case:
        assert any(re.search(case["tells"], reason) for reason in row["reasons"]), row["reasons"]


def test_the_honest_student_is_not_touched(graded: Graded) -> None:
    row = graded.rows["honest"]
    assert (row["score"], row["status"], row["reasons"]) == (6, "graded", [])


def test_every_submission_has_a_row(graded: Graded) -> None:
    assert len(graded.rows) == len(CASES) + 1


def test_no_secret_is_read(graded: Graded) -> None:
    for path in (graded.root / "autograded").rglob("*.ipynb"):
        nb = json.loads(path.read_text())
        outputs = [c.get("outputs") for c in nb["cells"] if not c["metadata"].get("nbgrader", {}).get("grade")]
        text = json.dumps(outputs)
        for secret in SECRETS:
            assert secret not in text, f"{path} shows {secret}"


def test_nothing_is_written_outside(graded: Graded) -> None:
    assert not (graded.root / "written-by-a-student").exists()
    assert sorted(p.name for p in graded.home.iterdir() if not p.name.startswith(".")) == ["secret.txt"]


def test_nothing_survives(graded: Graded) -> None:
    alive = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and entry.name != str(os.getpid()):
            try:
                if str(graded.temporary).encode() in (entry / "environ").read_bytes():
                    alive.append((entry / "cmdline").read_bytes())
            except OSError:
                continue
    assert not alive
    assert list(graded.temporary.iterdir()) == []


def test_the_walls_are_named(graded: Graded, request: pytest.FixtureRequest) -> None:
    assert {"processes", "own files", "no network", "landlock", "seccomp", "limits"} <= set(graded.run.walls)
    assert ("bubblewrap" in graded.run.walls) == ("bubblewrap" in request.node.name)


def test_bad_submissions_cost_no_more_than_their_limits(graded: Graded) -> None:
    assert graded.seconds < 12 * len(CASES)  # two workers; the slowest cases use up a few limits of 2 seconds
