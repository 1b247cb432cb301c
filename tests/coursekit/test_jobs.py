"""A run that is cut off, blocked or spread over a cluster ends with the same gradebook as an undisturbed one."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import small_disk
from nbgrader.api import Gradebook
from plain import check, code, hand_in, notebook, solution, write_course, written

from coursekit import jobs
from coursekit.course import Course
from coursekit.errors import CourseKitError, GradebookBusy, WallsMissing
from coursekit.handed_in import read_plans

CLASS = [f"student-{i}" for i in range(6)]


def build(root: Path, students: list[str] = CLASS, config: str = "") -> Course:
    cells = [solution("x", "x = 1"), check("x-check", 2, "assert x == 1"), written("why", 1, "Because.")]
    write_course(root, "one", notebook(code("import math"), *cells), config=config)
    for number, student in enumerate(students):
        answer = solution("x", f"x = {1 + number % 2}", marked=False)
        nb = notebook(
            code("import math"), answer, check("x-check", 2, "assert x == 1"), written("why", 1, f"I am {student}")
        )
        hand_in(root, student, "one", nb)
    return Course(root)


def marks(root: Path, url: str = "") -> dict[tuple[str, str], Any]:
    with Gradebook(url or f"sqlite:///{root / 'gradebook.db'}", "plain") as book:
        return {
            (s.student_id, g.name): (g.auto_score, g.needs_manual_grade)
            for s in book.assignment_submissions("one")
            for nb in s.notebooks
            for g in nb.grades
        }


class PretendWorlds:
    """Answers at once, so that tests of the bookkeeping need no processes."""

    walls = ("pretended",)

    def __init__(self, *_: Any, **__: Any) -> None:
        self.graded: list[bytes] = []

    def __enter__(self) -> PretendWorlds:
        return self

    def __exit__(self, *_: object) -> None: ...

    def grade(self, notebook: str, data: bytes, files: Any) -> dict[str, Any]:
        points = 2.0 if b'"x = 1"' in data else 0.0
        state = "right" if points else "wrong"
        facts = {"max_score": 2.0, "state": state, "world": "reference", "message": "", "detail": ""}
        why = {"score": 0.0, "max_score": 1.0, "state": "manual", "world": "student", "message": "", "detail": ""}
        return {
            "cells": {"x-check": {"score": points, **facts}, "why": why},
            "notebook": {"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5},
            "repairs": [],
            "flags": [],
            "failed": "",
            "untouched": [],
        }


@pytest.fixture
def pretend(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "Worlds", PretendWorlds)
    monkeypatch.setattr(jobs, "settle", lambda plan, worlds: [])


STEPS = [  # where a run can be cut off: in the ledger, around the gradebook's commit, while folders are put in place
    ("coursekit.ledger", "os.fsync"),
    ("coursekit.ledger", "write_whole"),
    ("coursekit.automatic", "AutomaticMarks._write_grades"),
    ("coursekit.automatic", "AutomaticMarks._write_penalty"),
    ("coursekit.writer", "put_folder"),
    ("coursekit.ledger", "_remove"),
]


def cut_off(course: Course, point: int) -> None:
    """Grade in a child process that kills itself at this step, counted over all kinds of steps."""
    child = os.fork()
    if child:
        _, status = os.waitpid(child, 0)
        assert os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
        return
    passed = 0

    def watched(function: Any) -> Any:
        def step(*args: Any, **kwargs: Any) -> Any:
            nonlocal passed
            passed += 1
            if passed == point:
                os.kill(os.getpid(), signal.SIGKILL)
            return function(*args, **kwargs)

        return step

    try:
        for module, path in STEPS:
            holder: Any = sys.modules[module]
            *way, last = path.split(".")
            for name in way:
                holder = getattr(holder, name)
            setattr(holder, last, watched(getattr(holder, last)))
        jobs.grade(course, "one", workers=1)
    finally:
        os._exit(0)


@pytest.mark.usefixtures("pretend")
def test_killed_at_ten_points_and_run_again_the_gradebook_is_the_same(tmp_path: Path) -> None:
    undisturbed = build(tmp_path / "undisturbed")
    jobs.grade(undisturbed, "one")
    expected = marks(undisturbed.root)
    course = build(tmp_path / "disturbed")
    with jobs.AutomaticMarks(course, "one") as book:
        book.register(read_plans(course, "one"))
    fresh = (course.root / "gradebook.db").read_bytes()  # making a new gradebook takes nbgrader a second
    points = random.Random(20261121).sample(range(1, 9 * len(CLASS)), 10)
    for point in points:
        for path in (course.root / ".coursekit", course.autograded):
            shutil.rmtree(path, ignore_errors=True)
        (course.root / "gradebook.db").write_bytes(fresh)
        cut_off(course, point)
        found = marks(course.root)
        for student in CLASS:
            own = {key: value for key, value in found.items() if key[0] == student}
            assert own in ({}, {key: value for key, value in expected.items() if key[0] == student}), point
        run = jobs.grade(course, "one")
        assert marks(course.root) == expected, point
        assert [row["student"] for row in run.submissions] == CLASS
        assert not list((course.root / ".coursekit").rglob("*.pending"))
        assert len(list(course.autograded.glob("*/one/one.ipynb"))) == len(CLASS)


@pytest.mark.usefixtures("pretend")
def test_what_was_graded_is_not_graded_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    course = build(tmp_path)
    first = jobs.grade(course, "one")
    seen: list[bytes] = []
    grade = PretendWorlds.grade
    monkeypatch.setattr(PretendWorlds, "grade", lambda self, n, data, f: seen.append(data) or grade(self, n, data, f))
    assert jobs.grade(course, "one").submissions == first.submissions
    assert seen == []
    hand_in(tmp_path, CLASS[2], "one", b"{}")
    again = jobs.grade(course, "one")
    assert seen == [b"{}"]
    assert len(again.submissions) == len(CLASS)
    jobs.grade(course, "one", force=True)
    assert len(seen) == 1 + len(CLASS)


@pytest.mark.usefixtures("pretend")
def test_what_fails_in_two_runs_is_left_to_a_person(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    course = build(tmp_path, CLASS[:2])
    tried: list[bytes] = []
    grade = PretendWorlds.grade

    def crash(self: PretendWorlds, name: str, data: bytes, files: Any) -> dict[str, Any]:
        if b'"x = 2"' not in data:
            return grade(self, name, data, files)
        tried.append(data)
        return {"failed": "The grading process ended. Run the same command again.", "again": True}

    def reasons(**how: Any) -> list[str]:
        row = jobs.grade(course, "one", **how).submissions[1]
        assert (row["student"], row["status"], row["score"]) == (CLASS[1], "failed", 0)
        return row["reasons"]

    monkeypatch.setattr(PretendWorlds, "grade", crash)
    assert len(reasons(force=True)) == 1  # somebody wanted it; that says nothing of a run that comes of itself
    assert len(reasons()) == 1
    given_up = reasons()
    assert given_up[1:] == [
        "That was done, and it failed again: look at this hand-in yourself. "
        "'course grade one --student student-1 --force' tries it once more."
    ]
    assert len(tried) == 3
    assert reasons() == given_up and len(tried) == 3
    assert reasons(force=True) == given_up and len(tried) == 4
    path = course.submitted / CLASS[1] / "one" / "one.ipynb"
    path.write_bytes(path.read_bytes() + b" ")
    assert len(reasons()) == 1  # a newer hand-in is tried anew
    monkeypatch.setattr(PretendWorlds, "grade", grade)
    assert jobs.grade(course, "one").submissions[1]["status"] == "graded"


@pytest.mark.usefixtures("pretend")
def test_a_locked_gradebook_gives_a_sentence_and_loses_nothing(tmp_path: Path) -> None:
    course = build(tmp_path)
    jobs.grade(course, "one", students=CLASS[:1])
    other = sqlite3.connect(tmp_path / "gradebook.db")
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(GradebookBusy, match="locked by another program"):
        jobs.grade(course, "one")
    other.rollback()
    other.close()
    assert len(jobs.grade(course, "one").submissions) == len(CLASS)
    assert len(marks(tmp_path)) == 2 * len(CLASS)


@pytest.mark.usefixtures("pretend")
@pytest.mark.parametrize("writes_before", [0, 1, 4, 7])
def test_a_full_disk_gives_a_sentence_and_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, writes_before: int
) -> None:
    course = build(tmp_path)
    left = writes_before

    def full(descriptor: int) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            raise OSError(28, "No space left on device", "somewhere")

    with monkeypatch.context() as patch:
        patch.setattr("coursekit.ledger.os.fsync", full)
        with pytest.raises(CourseKitError, match="No space left on device"):
            jobs.grade(course, "one", workers=1)
    assert len(jobs.grade(course, "one").submissions) == len(CLASS)
    assert len(marks(tmp_path)) == 2 * len(CLASS)


@pytest.mark.parametrize("room_kb", [16, 150, 420, 700], ids=lambda room: f"{room} kB left")
def test_on_a_disk_that_is_really_full_the_run_stops_with_a_sentence_and_goes_on_later(
    tmp_path: Path, room_kb: int
) -> None:
    course = build(tmp_path / "disk" / "course")
    for student in CLASS:  # results of some size
        path = course.submitted / student / "one" / "one.ipynb"
        text = path.read_text().replace('"import math"', "\"import math\\nprint('x' * 90_000)\"")
        assert "90_000" in text
        path.write_text(text)
    program = [sys.executable, small_disk.__file__, str(tmp_path / "disk"), str(room_kb)]
    done = subprocess.run(program, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    (_, status, said), (_, status_later, _) = (json.loads(line) for line in done.stdout.splitlines())
    assert status == 2, said
    assert said.startswith("course: ") and len(said.strip().splitlines()) == 1, said
    assert "could not be written" in said and "the same command again" in said
    assert status_later == 0
    undisturbed = build(tmp_path / "undisturbed")
    jobs.grade(undisturbed, "one")
    root = tmp_path / "disk-kept" / "course"
    assert marks(root) == marks(undisturbed.root)
    assert len(list((root / "autograded").glob("*/one/one.ipynb"))) == len(CLASS)
    assert not list((root / ".coursekit").rglob("*.pending"))


@pytest.mark.usefixtures("pretend")
def test_wrong_calls_say_what_to_do(tmp_path: Path) -> None:
    course = build(tmp_path)
    with pytest.raises(CourseKitError, match=r"handed in nothing for 'one'. Did you mean student-1"):
        jobs.grade(course, "one", students=["student1"])
    with pytest.raises(CourseKitError, match="no instructor's notebook"):
        jobs.grade(course, "two")
    (tmp_path / "source" / "two").mkdir()
    (tmp_path / "source" / "two" / "two.ipynb").write_text("{")
    with pytest.raises(CourseKitError, match="cannot be prepared"):
        jobs.grade(course, "two")


def test_without_walls_nothing_runs_unless_somebody_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    course = build(tmp_path, CLASS[:1])
    monkeypatch.setattr("coursekit.sandbox.sys.platform", "darwin")
    with pytest.raises(WallsMissing, match="--trust-submissions runs every submission with your own rights"):
        jobs.grade(course, "one")
    run = jobs.grade(course, "one", trust_submissions=True)
    assert (run.submissions[0]["score"], run.walls) == (2, [])
    assert run.lines()[-1] == "Walls: none - the code of students ran with your rights."


def test_kill_in_the_middle_leaves_no_process_behind(tmp_path: Path) -> None:
    course = build(tmp_path / "course")
    (tmp_path / "tmp").mkdir()
    program = f"from coursekit.course import Course; from coursekit.jobs import grade; grade(Course(__import__('pathlib').Path({str(course.root)!r})), 'one')"
    run = subprocess.Popen([sys.executable, "-c", program], env={**os.environ, "TMPDIR": str(tmp_path / "tmp")})
    _wait_for(lambda: list((tmp_path / "tmp").glob("coursekit-*/reference")), "the worlds to start")
    run.kill()
    run.wait()
    _wait_for(lambda: not _alive(str(tmp_path / "tmp")), "every process to end")
    assert len(jobs.grade(course, "one").submissions) == len(CLASS)


def _alive(mark: str) -> list[str]:
    found = []
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and mark.encode() in (entry / "environ").read_bytes():
                found.append(entry.name)
        except OSError:
            continue
    return found


def _wait_for(condition: Any, what: str, seconds: float = 150) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"waited {seconds} s for {what}"
        time.sleep(0.05)


# ---- a Dask cluster ----


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """A scheduler and two workers on loopback, each a process of its own."""
    log = open(tmp_path / "dask.log", "wb")  # noqa: SIM115 - the processes write to it
    address = tmp_path / "scheduler.json"
    call = [sys.executable, "-m", "distributed.cli.dask_scheduler"]
    scheduler = subprocess.Popen(
        [*call, "--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", str(address)],
        stdout=log,
        stderr=log,
    )
    _wait_for(address.exists, "the scheduler")
    worker = [sys.executable, "-m", "distributed.cli.dask_worker", "--scheduler-file", str(address), "--no-nanny",
              "--nthreads", "1", "--no-dashboard", "--local-directory", str(tmp_path)]  # fmt: skip
    workers = [subprocess.Popen(worker, stdout=log, stderr=log) for _ in range(2)]
    yield json.loads(address.read_text())["address"], workers
    for process in (*workers, scheduler):
        process.kill()
        process.wait()
    log.close()


@pytest.mark.filterwarnings("default")
def test_a_cluster_gives_the_same_marks_though_a_worker_dies(
    tmp_path: Path, cluster: tuple[str, list[subprocess.Popen[bytes]]]
) -> None:
    address, workers = cluster
    students = [f"student-{i:02}" for i in range(20)]
    course = build(tmp_path / "cluster", students)
    here = build(tmp_path / "here", students)
    killed = []

    def progress(done: int, total: int, counts: Any) -> None:
        if done >= 4 and not killed:
            workers[0].kill()
            killed.append(done)

    run = jobs.grade(course, "one", scheduler=address, progress=progress)
    jobs.grade(here, "one")
    assert killed
    assert marks(course.root) == marks(here.root)
    assert len(run.submissions) == len(students)
    assert "seccomp" in run.walls


def test_no_scheduler_at_the_address_gives_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("coursekit.cluster.CONNECT_SECONDS", 1)
    with pytest.raises(CourseKitError, match=r"No Dask scheduler answers at tcp://127\.0\.0\.1:9"):
        jobs.grade(build(tmp_path, CLASS[:1]), "one", scheduler="tcp://127.0.0.1:9")


# ---- PostgreSQL ----

VERSIONS = sorted(Path("/usr/lib/postgresql").glob("[0-9]*"), key=lambda folder: float(folder.name))
POSTGRES = VERSIONS[-1] / "bin" if VERSIONS else Path("/usr/lib/postgresql/none")  # the newest that is installed


@pytest.fixture
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server of Debian's package on a socket of its own, run by an unprivileged user."""
    if not POSTGRES.is_dir():
        pytest.skip("needs PostgreSQL: apt-get install postgresql")
    folder = Path("/tmp") / f"coursekit-postgres-{os.getpid()}"
    folder.mkdir(mode=0o777)
    as_user: dict[str, Any] = {}
    if os.geteuid() == 0:
        as_user = {"user": "nobody", "group": "nogroup", "extra_groups": []}
        os.chown(folder, 65534, 65534)
    quiet = {
        "stdout": subprocess.DEVNULL,
        "stderr": subprocess.DEVNULL,
        "cwd": folder,
        "env": {"PATH": "/usr/bin:/bin"},
    }
    subprocess.run(
        [POSTGRES / "initdb", "-D", folder / "data", "-U", "grader", "--auth=trust", "-N", "-E", "UTF8", "--no-locale"],
        check=True,
        **quiet,
        **as_user,
    )
    options = ["-k", str(folder), "-c", "listen_addresses=", "-c", "fsync=off"]
    server = subprocess.Popen([POSTGRES / "postgres", "-D", folder / "data", *options], **quiet, **as_user)
    _wait_for((folder / ".s.PGSQL.5432").exists, "PostgreSQL")
    yield f"postgresql+psycopg://grader@/postgres?host={folder}"
    server.terminate()
    server.wait()
    shutil.rmtree(folder)


def test_a_gradebook_on_postgresql_gets_the_same_marks(tmp_path: Path, postgres: str) -> None:
    here = build(tmp_path / "here")
    there = build(tmp_path / "there", config=f"c.CourseDirectory.db_url = {postgres!r}")
    for course in (here, there):
        jobs.grade(course, "one")
        jobs.grade(course, "one", force=True)
    assert marks(there.root, postgres) == marks(here.root)
