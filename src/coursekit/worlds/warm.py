"""How does a world start in a hundredth of a second?

One process imports the libraries once, draws one figure, and then forks for every connection. Started twice: behind the
walls for students' worlds, outside for reference worlds. It never runs a student's code itself: that happens in
processes that it forks, each with walls of its own.

    python -P -m coursekit.worlds.warm < settings.json
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import select
import shutil
import signal
import socket
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

PAUSE_SECONDS = 0.1
WARM_FIGURE = """
import matplotlib.pyplot as plt
_figure, _axes = plt.subplots()
_axes.plot([1, 2], [1, 2], label='a')
_axes.bar(['a', 'b'], [1, 2])
_axes.set_title('t')
_axes.legend()
"""


def warm_up(imports: list[str]) -> Any:
    """A shell whose libraries are loaded; its namespace is clean again."""
    from coursekit.worlds.shell import make_shell, run_cell

    shell = make_shell()
    clean = dict(shell.user_ns)
    for statement in imports:
        run_cell(shell, statement)
    run_cell(shell, "print(1)\n1")
    if "matplotlib" in sys.modules:
        run_cell(shell, WARM_FIGURE)
    if "pandas" in sys.modules:
        run_cell(shell, "import pandas\npandas.DataFrame({'a': [1, 2], 'b': ['x', 'y']}).groupby('b').sum()")
    shell.user_ns.clear()
    shell.user_ns.update(clean)
    shell.execution_count = 1
    return shell


def serve(listener: socket.socket, lifeline: int, work: Callable[[socket.socket], None]) -> None:
    """Fork for each connection, until the process that holds the other end of lifeline has ended."""
    gc.collect()
    gc.freeze()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    while True:
        waiting, _, _ = select.select([listener.fileno(), lifeline], [], [])
        if lifeline in waiting:
            return
        connection = None
        try:
            connection, _ = listener.accept()
            child = os.fork()
        except OSError as error:  # no more files or processes for a moment: the caller asks again
            if connection is not None:
                connection.close()  # or whoever asks would wait for an answer to the end of all limits
            print(f"{type(error).__name__}: {error}", file=sys.stderr, flush=True)
            select.select([lifeline], [], [], PAUSE_SECONDS)
            continue
        if child == 0:
            listener.close()
            os.close(lifeline)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            if "numpy" in sys.modules:
                sys.modules["numpy"].random.seed()  # or every submission would draw the same numbers
            try:
                work(connection)
            except BaseException as error:  # the fork must never fall back into the loop of its parent
                with suppress(Exception):
                    print(f"{type(error).__name__}: {error}", file=sys.stderr, flush=True)
            finally:
                os._exit(0)
        connection.close()


# ---- students' worlds ----


def load_before_forking() -> None:
    """What every submission's process would otherwise load by itself."""
    for name in ("sandbox.audit", "sandbox.kernel", "sandbox.seccomp", "worlds.student"):
        importlib.import_module(f"coursekit.{name}")
    for name in ("shutil", "tempfile", "inspect"):
        importlib.import_module(name)
    from coursekit.worlds.handles import about_function
    from coursekit.worlds.plain import Codec

    codec = Codec()
    about_function(load_before_forking)
    samples: list[Any] = [1, [1.5, "a"], {"a": (1, None)}]
    if "numpy" in sys.modules:
        samples.append(sys.modules["numpy"].arange(3))
    if "pandas" in sys.modules:
        samples.append(sys.modules["pandas"].DataFrame({"a": [1], "b": ["x"]}))
    if "matplotlib" in sys.modules:
        figure = sys.modules["matplotlib.figure"].Figure()
        figure.subplots().plot([1, 2], [3, 4])
        samples.append(figure)
    for sample in samples:
        codec.decode(codec.encode(sample))


def student_world(settings: dict[str, Any], shell: Any, connection: socket.socket) -> None:
    """Supervise one submission: put up its walls, run it, and end everything that it started."""
    from coursekit import sandbox
    from coursekit.sandbox import kernel

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
    from coursekit import sandbox
    from coursekit.sandbox import audit
    from coursekit.worlds.student import StudentWorld

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


# ---- reference worlds ----


def reference_world(settings: dict[str, Any], shell: Any, connection: socket.socket) -> None:
    """Grade one notebook in a copy of this process."""
    from coursekit.sandbox import kernel
    from coursekit.worlds.channel import TRUSTED_BYTES_MAX, Channel
    from coursekit.worlds.driver import grade_for

    if sys.platform == "linux":  # a student's range(10**13) must not become a list as large as the machine
        kernel.limit_memory(settings["memory_bytes"])
    folder = tempfile.mkdtemp(dir=settings["scratch"])
    try:
        if settings["files"]:
            shutil.copytree(settings["files"], folder, dirs_exist_ok=True)
        os.chdir(folder)
        channel = Channel(
            connection, lambda question: grade_for(question, settings, shell, channel), bytes_max=TRUSTED_BYTES_MAX
        )
        channel.tell({"pid": os.getpid()})
        channel.serve()
    finally:
        os.chdir("/")
        shutil.rmtree(folder, ignore_errors=True)


def main() -> None:
    settings = json.load(sys.stdin)
    sys.path.extend(settings.get("path", []))
    sys.path.insert(0, "")  # files beside the notebook can be imported, as in a notebook
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM, fileno=settings["listener"])
    os.chdir(settings["files"] or "/")
    shell = warm_up(settings["imports"])
    role = student_world
    if settings["role"] == "student":
        load_before_forking()
    else:
        from coursekit.worlds.driver import prepare

        prepare(settings, shell)
        role = reference_world
    os.write(settings["ready"], b"1")
    os.close(settings["ready"])
    serve(listener, settings["lifeline"], lambda connection: role(settings, shell, connection))


if __name__ == "__main__":
    main()
