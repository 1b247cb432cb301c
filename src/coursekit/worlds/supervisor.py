"""How does one submission begin, and how does everything end that it started?

Runs in a process that the warm one forked for it alone: puts up its walls, forks once more for the student's world, and ends
every descendant when that world ends or nobody listens any more.
"""

from __future__ import annotations

import os
import select
import shutil
import signal
import socket
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

from coursekit import sandbox
from coursekit.sandbox import audit, kernel
from coursekit.worlds.student import StudentWorld


def student_world(settings: dict[str, Any], shell: Any, connection: socket.socket) -> None:
    """Supervise one submission: put up its walls, run it, and end everything that it started."""
    settings = dict(settings)
    if os.getuid() == 0 and settings["kind"] != "none":
        # a user whom nothing else on the machine belongs to
        settings["uid"] = sandbox.FIRST_UID + os.getpid() % 1_000_000
    settings["left"] = sandbox.leave_namespaces(settings)
    if sys.platform == "linux":
        kernel.become_reaper()
    shared = "processes" not in settings["left"]
    if shared:  # no file system of its own: a folder that no other submission may open
        settings["folder"] = tempfile.mkdtemp(dir=settings["folder"])
        if settings["uid"]:
            os.chown(settings["folder"], settings["uid"], settings["uid"])
    inner = os.fork()
    if inner == 0:
        _inside(settings, shell, connection)
        os._exit(0)
    _wait_for_end(inner, connection)
    _end(inner)
    if shared:
        shutil.rmtree(settings["folder"], ignore_errors=True)


def _inside(settings: dict[str, Any], shell: Any, connection: socket.socket) -> None:
    os.setsid()
    folder = settings["folder"]
    walls = [] if settings["kind"] == "none" else sandbox.enclose(settings)
    os.chdir(folder)
    if settings["files"]:
        shutil.copytree(settings["files"], folder, dirs_exist_ok=True)
    os.environ["HOME"] = os.environ["TMPDIR"] = folder
    tempfile.tempdir = None
    nothing = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nothing, descriptor)
    _close_all_but(connection.fileno())
    world = StudentWorld(connection, shell, settings["dataclasses"])
    world.walls = walls
    if settings["kind"] != "none":
        audit.watch(world.tell_attempt, [*settings["readable"], folder], folder)
    world.serve()


def _close_all_but(keep: int) -> None:
    os.closerange(3, keep)
    os.closerange(keep + 1, 1024)


def _wait_for_end(inner: int, connection: socket.socket) -> None:
    """Until the submission's first process ends or the other side hangs up."""
    poller = select.poll()
    poller.register(connection.fileno(), select.POLLHUP | select.POLLERR | getattr(select, "POLLRDHUP", 0))
    while True:
        if poller.poll(50):
            return
        if os.waitid(os.P_PID, inner, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None:
            return


def _end(inner: int) -> None:
    """End the submission's processes: all of its process namespace, or every descendant that can be found."""
    with suppress(ProcessLookupError):
        os.kill(inner, signal.SIGKILL)
    for _ in range(1000):
        with suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        children = _children()
        if not children:
            return
        for pid in children:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        select.select([], [], [], 0.002)


def _children() -> list[int]:
    try:
        return [int(pid) for pid in Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()]
    except OSError:
        return []
