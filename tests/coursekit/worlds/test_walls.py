"""The walls that are named are the walls that stand; a bubblewrap that cannot start is not counted on."""

from __future__ import annotations

import errno
import fcntl
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from plain import check, hand_in, notebook, solution, write_course

from coursekit import sandbox
from coursekit.course import Course
from coursekit.jobs import grade
from coursekit.results import Run
from coursekit.sandbox import seccomp, standing, told


def small_class(root: Path) -> Run:
    nb = notebook(solution("x", "x = 1"), check("x-check", 2, "assert x == 1"))
    write_course(root, "one", nb, timeout_seconds=10)
    hand_in(root, "ana", "one", nb)
    return grade(Course(root), "one", workers=1)


@pytest.fixture
def broken_bubblewrap(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A program of that name is there, and is refused its namespaces, as on some machines and in some containers."""
    place = tmp_path / "bin"
    place.mkdir()
    (place / "bwrap").write_text("#!/bin/sh\necho 'bwrap: No permissions to create new namespace' >&2\nexit 1\n")
    (place / "bwrap").chmod(0o755)
    monkeypatch.setenv("PATH", f"{place}:{os.environ['PATH']}")


def test_the_walls_that_are_named_are_those_that_a_run_stands_behind(tmp_path: Path, machine: str) -> None:
    named = standing.walls_here()
    run = small_class(tmp_path)
    assert run.walls == named
    assert "landlock" in named and ("processes" in named) == (machine != "without namespaces")
    open_now = [line for line in run.lines() if line.startswith("Not covered: ")]
    assert open_now == [f"Not covered: {sentence}" for sentence in told.uncovered(named)]
    assert bool(open_now) == ("bubblewrap" not in named or "processes" not in named)


def test_a_bubblewrap_that_cannot_start_gives_way_to_the_kernels_walls(tmp_path: Path, broken_bubblewrap: None) -> None:
    assert sandbox.choose().kind == "kernel"
    assert "bubblewrap" not in standing.walls_here()
    run = small_class(tmp_path / "course")
    assert (run.submissions[0]["score"], run.submissions[0]["status"]) == (2, "graded")
    assert "bubblewrap" not in run.walls and "landlock" in run.walls


@pytest.mark.walls
def test_a_bubblewrap_of_ones_own_is_started_where_it_was_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The environment behind the walls has a PATH of its own; the program is looked for in the teacher's."""
    real = shutil.which("bwrap")
    place, log = tmp_path / "bin", tmp_path / "log"
    place.mkdir()
    (place / "bwrap").write_text(f'#!/bin/sh\necho started >> {log}\nexec {real} "$@"\n')
    (place / "bwrap").chmod(0o755)
    monkeypatch.setenv("PATH", f"{place}:/usr/bin:/bin")
    assert "bubblewrap" in small_class(tmp_path / "course").walls
    assert log.read_text().split() == ["started"] * 2  # once to try, once for the class


def test_a_machine_that_refuses_a_wall_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "choose", lambda: sandbox.Choice("kernel"))
    monkeypatch.setattr(standing.sandbox, "python_places", lambda: [])
    monkeypatch.setattr(standing.sys, "executable", "/nowhere/python")
    assert standing.walls_here() == []


def behind_seccomp(*attempts: Callable[[], Any]) -> list[int]:
    """What each attempt came to in a process of its own, behind seccomp alone: 0, or the number of its error."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:  # whatever happens, it must not go on as a second runner of tests
            seccomp.forbid_calls(only_own_process=True)
            for attempt in attempts:
                try:
                    attempt()
                    os.write(writer, b"0 ")
                except OSError as error:
                    os.write(writer, f"{error.errno} ".encode())
            os._exit(0)
        finally:
            os._exit(1)
    os.close(writer)
    assert os.waitpid(child, 0)[1] == 0, "there is no seccomp here"
    said = os.read(reader, 1000).split()
    os.close(reader)
    return [int(number) for number in said]


def test_without_namespaces_no_other_process_is_signalled_or_slowed_down() -> None:
    """A signal can also be sent by a file that names its owner; on older kernels only seccomp stands before that."""
    other, line = os.getpid(), os.pipe()
    refused = behind_seccomp(
        lambda: os.kill(other, 0),
        lambda: fcntl.fcntl(line[0], fcntl.F_SETOWN, other),
        lambda: fcntl.fcntl(line[0], 10, 9),
        lambda: fcntl.fcntl(line[0], 15, bytes(8)),
        lambda: fcntl.ioctl(line[0], 0x8901, bytes(4)),
        lambda: os.setpriority(os.PRIO_PROCESS, other, 19),
        lambda: os.sched_setaffinity(other, {0}),
    )
    allowed = behind_seccomp(
        lambda: os.kill(os.getpid(), 0),
        lambda: fcntl.fcntl(line[0], fcntl.F_GETFL),
        lambda: fcntl.fcntl(line[0], fcntl.F_SETFL, os.O_NONBLOCK),
        lambda: os.set_blocking(line[0], True),
        lambda: os.sched_getaffinity(0),
    )
    for end in line:
        os.close(end)
    assert refused == [errno.EPERM] * 7
    assert allowed == [0] * 5


def test_where_proc_cannot_be_mounted_anew_no_other_process_is_read(tmp_path: Path) -> None:
    """The first process of the machine is then still seen as number 1, and so counts the submission's own."""
    settings = {
        "kind": "kernel", "limits": sandbox.Limits().to_json(), "hide": [], "folder": str(tmp_path), "uid": 0,
        "readable": [*sandbox.SYSTEM_PLACES, *sandbox.python_places()],
    }  # fmt: skip
    look = (
        "import json, os, sys\nfrom coursekit import sandbox\nfrom coursekit.sandbox import kernel\n"
        "def refused(): raise OSError\nkernel.mount_proc = refused\nsettings = json.loads(sys.argv[1])\n"
        "settings['left'] = sandbox.leave_namespaces(settings)\n"
        "if os.fork() == 0:\n"
        "    walls = sandbox.enclose(settings)\n"
        "    for name in ('/proc/1/cmdline', '/proc/self/status'):\n"
        "        try: print(len(open(name).read()) > 0)\n"
        "        except OSError as error: print(type(error).__name__)\n"
        "    sys.stdout.flush()\n    os._exit(0)\n"
        "os.wait()"
    )
    done = subprocess.run(
        [sys.executable, "-c", look, json.dumps(settings)], capture_output=True, text=True, timeout=60
    )
    assert done.stdout.split() == ["PermissionError", "True"], done.stderr
