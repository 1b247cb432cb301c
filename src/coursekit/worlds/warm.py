"""How does a world start in a hundredth of a second?

One process imports the libraries once, draws one figure, and then forks for every connection. Started twice: behind the
walls for students' worlds, outside for reference worlds. It never runs a student's code itself: that happens in
processes that it forks, each with walls of its own; see supervisor.py.

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


def load_before_forking() -> None:
    """What every submission's process would otherwise load by itself."""
    for name in ("worlds.supervisor", "sandbox.seccomp"):  # the second is asked for behind the walls, as they go up
        importlib.import_module(f"coursekit.{name}")
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
    if settings["role"] == "student":
        load_before_forking()
        from coursekit.worlds.supervisor import student_world

        role = student_world
    else:
        importlib.import_module("coursekit.sandbox.kernel")  # or every notebook's process would load it by itself
        from coursekit.worlds.driver import prepare

        prepare(settings, shell)
        role = reference_world
    os.write(settings["ready"], b"1")
    os.close(settings["ready"])
    serve(listener, settings["lifeline"], lambda connection: role(settings, shell, connection))


if __name__ == "__main__":
    main()
