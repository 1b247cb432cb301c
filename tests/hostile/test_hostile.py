"""Every hostile submission gets the row that it deserves, behind each kind of wall, and harms nobody."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hostile_class
import pytest
from hostile_class import CASES, HIDDEN, lay_out

from coursekit.course import Course
from coursekit.jobs import grade
from coursekit.results import Run

SECRETS = (HIDDEN, "CANARY-HOME", "CANARY-ENVIRONMENT", "CANARY-CLASSMATE")


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
        lay_out(self.root, CASES)
        started = time.monotonic()
        self.run: Run = grade(Course(self.root), "hostile", workers=2)
        self.seconds = time.monotonic() - started
        self.rows = {row["student"]: row for row in self.run.submissions}


@pytest.fixture(
    scope="module",
    params=[
        pytest.param("bubblewrap", marks=[pytest.mark.walls, pytest.mark.xdist_group("takes-turns")]),
        pytest.param("kernel", marks=pytest.mark.xdist_group("takes-turns")),
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


# ---- as a user without any rights ----

CHANGED_FOR_A_CLASS = ("COURSEKIT_NO_BUBBLEWRAP", "TMPDIR", "SECRET_TOKEN")  # by a class above that is still in use

CORE = [
    "endless cell", "os._exit", "kills its parent", "fork bomb", "memory", "reads the solutions", "opens the gradebook",
    "walks the home folder", "reads other processes", "writes outside its folder", "raw socket", "forged messages",
    "letter box in the temporary folder", "sockets of every kind", "memory of its parent", "back to root",
    "writes and reads a file", "threads that end", "signals by way of a file",
]  # fmt: skip


@pytest.fixture(
    scope="module",
    params=[
        pytest.param("bubblewrap", marks=[pytest.mark.walls, pytest.mark.xdist_group("takes-turns")]),
        pytest.param("kernel", marks=pytest.mark.xdist_group("takes-turns")),
        pytest.param("landlock", marks=pytest.mark.xdist_group("takes-turns")),
    ],
)
def as_nobody(request: pytest.FixtureRequest) -> Iterator[dict[str, Any]]:
    """The core of the corpus graded as nobody where the tests run as root, else as the tests' own user."""
    environment = {name: value for name, value in os.environ.items() if name not in CHANGED_FOR_A_CLASS}
    with tempfile.TemporaryDirectory(prefix="nobody-") as place:  # pytest's own folders are closed to other users
        command = [sys.executable, hostile_class.__file__, place, request.param, *CORE]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=600)
        assert done.returncode == 0, done.stderr
        told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        yield {**told, "kind": request.param, "place": Path(place), "said": done.stderr}


@pytest.mark.parametrize("name", CORE)
def test_rows_are_the_same_for_an_unprivileged_grader(as_nobody: dict[str, Any], name: str) -> None:
    cases = [case for case in CASES if case["name"] in CORE]
    number = next(i for i, case in enumerate(cases) if case["name"] == name)
    row = as_nobody["rows"][f"case-{number:03}"]
    assert row["score"] in many(cases[number]["score"]), row
    assert row["status"] in many(cases[number]["status"]), row


def test_the_unprivileged_grader_is_no_root_and_its_walls_stand(as_nobody: dict[str, Any]) -> None:
    assert as_nobody["uid"] != 0 or "still root" in as_nobody["said"]
    wanted = {"landlock", "seccomp", "limits"}
    if as_nobody["kind"] != "landlock":
        wanted |= {"processes", "own files", "no network"}
    assert wanted <= set(as_nobody["walls"])
    assert ("bubblewrap" in as_nobody["walls"]) == (as_nobody["kind"] == "bubblewrap")


def test_an_honest_student_of_the_unprivileged_grader(as_nobody: dict[str, Any]) -> None:
    row = as_nobody["rows"]["honest"]
    assert (row["score"], row["status"], row["reasons"]) == (6, "graded", [])
    assert not (as_nobody["place"] / "course" / "written-by-a-student").exists()
    assert list((as_nobody["place"] / "tmp").iterdir()) == []
