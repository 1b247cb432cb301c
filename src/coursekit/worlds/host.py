"""How does a grading run get at its worlds?

Starts the two warm processes (students' worlds behind the walls, reference worlds outside) and sends notebooks to them.
Safe to use from several threads: every notebook has a connection, and processes, of its own.
"""

from __future__ import annotations

import base64
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any

from coursekit import sandbox
from coursekit.errors import CourseKitError
from coursekit.worlds import run_folder
from coursekit.worlds.channel import TRUSTED_BYTES_MAX, Channel, ChannelTimeout, ChannelTrouble
from coursekit.worlds.plan import Plan

FILES_INSIDE, FONTS_INSIDE = "/course-files", "/course-fonts"  # behind bubblewrap


class Worlds:
    """The two warm processes for the notebooks of one assignment. Use as a context manager.

    plans   one for each notebook of the assignment
    choice  the walls; see sandbox.choose
    files   the instructor's folder: what lies there beside the notebooks is copied to every world
    ignore  names and patterns of files that stay behind
    """

    def __init__(
        self,
        plans: list[Plan],
        choice: sandbox.Choice,
        files: Path | None = None,
        ignore: tuple[str, ...] = (),
        limits: sandbox.Limits | None = None,
    ) -> None:
        self.plans = {plan.notebook: plan for plan in plans}
        self.choice = choice
        self._source = files
        self._ignore = ignore
        seconds = int(max((plan.timeout_seconds for plan in plans), default=30) * 6) + 10
        self._limits = limits or sandbox.Limits(cpu_seconds=seconds)
        self._folder = Path()
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self._held: list[int] = []
        self._loading: dict[str, int] = {}  # the pipe on which a process says that it is ready
        self._lock = threading.Lock()
        self._changed: dict[str, dict[str, Any]] = {}
        self.walls: list[str] | None = None  # None: not known yet

    def use(self, plan: Plan) -> None:
        """From now on grade this notebook by a plan that was changed after the start."""
        self.plans[plan.notebook] = plan
        self._changed[plan.notebook] = {**plan.to_json(), "full_cells": []}

    def __enter__(self) -> Worlds:
        try:
            self._folder = run_folder.make(self._source, self._ignore)
            self._start("student")
            self._start("reference")
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        for hold in self._held:
            os.close(hold)  # the warm processes end when nobody holds this any more, even after a kill -9
        self._held.clear()
        for process in self._processes.values():
            process.kill()
            process.wait()
        self._processes.clear()
        if self._folder != Path():
            shutil.rmtree(self._folder, ignore_errors=True)

    def wait(self) -> None:
        """Until both processes have loaded their libraries. Entering only starts them, so that other work can go on."""
        with self._lock:
            for role in list(self._loading):
                self._wait_until_ready(role)

    def grade(self, notebook: str, data: bytes, files: dict[str, bytes] | None = None, **more: Any) -> dict[str, Any]:
        """The result of one submitted notebook, as outcome.NotebookResult tells it.

        Never raises for what is in the notebook: a world that breaks gives a result with "failed".
        """
        self.wait()
        question = {
            "notebook": notebook,
            "data": base64.b64encode(data).decode(),
            "files": {name: base64.b64encode(content).decode() for name, content in (files or {}).items()},
            "plan": self._changed.get(notebook),
            **more,
        }
        for attempt in (1, 2):
            try:
                answer: dict[str, Any] = self._ask(question, self.plans[notebook])
                if answer["walls"] is not None:
                    self.walls = answer["walls"]
                return answer
            except ChannelTimeout:
                said = "Grading took longer than all its limits together and was ended."
                return {"failed": said, "walls": self.walls}
            except (ChannelTrouble, OSError) as error:
                if attempt == 2:
                    said = f"The grading process ended before it could answer ({error}). Run the same command again."
                    return {"failed": said, "again": True}
                self._restart_what_ended()
        raise AssertionError("not reached")

    def _ask(self, question: dict[str, Any], plan: Plan) -> Any:
        driver: list[int] = []
        sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            sock.connect(str(self._folder / "reference"))
            channel = Channel(
                sock, note=lambda remark: driver.append(int(remark.get("pid", 0))), bytes_max=TRUSTED_BYTES_MAX
            )
            return channel.ask(question, plan.timeout_seconds * 8 + 60)
        except ChannelTimeout:
            for pid in driver:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            raise
        finally:
            sock.close()

    # ---- starting ----

    def _start(self, role: str) -> None:
        address = self._folder / role
        half = self._folder / "new"  # an address that nobody listens at yet would refuse those who ask meanwhile
        half.unlink(missing_ok=True)
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        listener.bind(str(half))
        listener.listen(256)
        half.replace(address)
        ready, tell_ready = os.pipe()
        lifeline, hold = os.pipe()
        self._held.append(hold)
        settings = self._settings(role, listener.fileno(), tell_ready) | {"lifeline": lifeline}
        environment = dict(os.environ)
        command = [sys.executable, "-P", "-m", "coursekit.worlds.warm"]
        if role == "student" and self.choice.kind != "none":
            fonts = run_folder.fonts(self._folder)
            if self.choice.kind == "bubblewrap":
                binds = {str(self._folder / "files"): FILES_INSIDE, str(fonts): FONTS_INSIDE}
                command = sandbox.bubblewrap_command(self._libraries(), binds) + command
            environment = sandbox.environment({"HOME": "/tmp", "MPLCONFIGDIR": self._inside(fonts, FONTS_INSIDE)})
        environment |= sandbox.environment({"PATH": environment["PATH"], "HOME": environment.get("HOME", "/tmp")})
        log = open(run_folder.log(self._folder, role), "ab")  # noqa: SIM115 - the process keeps it
        process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
            env=environment,
            pass_fds=(listener.fileno(), tell_ready, lifeline),
            cwd="/",
        )
        log.close()
        listener.close()
        os.close(tell_ready)
        os.close(lifeline)
        assert process.stdin is not None
        process.stdin.write(json.dumps(settings).encode())
        process.stdin.close()
        self._processes[role] = process
        self._loading[role] = ready

    def _libraries(self) -> list[str]:
        """What student code may read besides its own files: the Python environment, and what the course names."""
        named = {place for plan in self.plans.values() for place in plan.readable}
        return [*sandbox.python_places(self.choice.hide), *sorted(named)]

    def _inside(self, place: Path, behind_bubblewrap: str) -> str:
        """What a place of this run is called in the student's world."""
        return behind_bubblewrap if self.choice.kind == "bubblewrap" else str(place)

    def _settings(self, role: str, listener: int, ready: int) -> dict[str, Any]:
        folder = sandbox.FOLDER_INSIDE if self.choice.kind == "bubblewrap" else str(self._folder / "submission")
        system = [*sandbox.SYSTEM_PLACES, *sandbox.SYSTEM_FILES]
        files, fonts = self._folder / "files", self._folder / "files-fonts"
        seen = self._inside(files, FILES_INSIDE) if role == "student" else str(files)
        settings: dict[str, Any] = {
            "role": role,
            "listener": listener,
            "ready": ready,
            "path": [entry for entry in sys.path if entry],
            "imports": sorted({code for plan in self.plans.values() for code in plan.imports}),
            "files": seen if any(files.iterdir()) else "",
            "dataclasses": sorted({name for plan in self.plans.values() for name in plan.dataclasses}),
        }
        if role == "student":
            settings |= {
                "kind": self.choice.kind,
                "no_namespaces": bool(os.environ.get("COURSEKIT_NO_NAMESPACES")),  # as where the kernel forbids them
                "folder": folder,
                "uid": 0,
                "limits": self._limits.to_json(),
                "hide": sorted(
                    {*self.choice.hide, str(Path.home()), *sandbox.closed_above([*self._libraries(), folder])}
                ),
                "readable": [*system, *self._libraries(), seen, self._inside(fonts, FONTS_INSIDE)],
            }
        else:
            settings |= {
                "imports": sorted({code for plan in self.plans.values() for code in plan.all_imports}),
                "plans": {name: plan.to_json() for name, plan in self.plans.items()},
                "students": str(self._folder / "student"),
                "scratch": str(self._folder / "scratch"),
                "memory_bytes": self._limits.memory_bytes,
            }
        return settings

    def _wait_until_ready(self, role: str) -> None:
        ready = self._loading.pop(role)
        told = os.read(ready, 1)
        os.close(ready)
        if not told:
            why = run_folder.last_words(self._folder, role)
            what = "answers run" if role == "student" else "checks run"
            raise CourseKitError(
                f"The separate process in which {what} did not start ({why or 'no reason was given'}). "
                "Run the same command again; where that does not help, 'course doctor' says what is missing."
            )

    def _restart_what_ended(self) -> None:
        with self._lock:
            for role, process in list(self._processes.items()):
                if process.poll() is None and self._listens(role):
                    continue
                process.kill()
                process.wait()
                self._start(role)
                self._wait_until_ready(role)

    def _listens(self, role: str) -> bool:
        """Whether a process still takes connections: one that is ending refuses them before the system counts it as ended."""
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
            try:
                probe.connect(str(self._folder / role))
            except OSError:
                return False
        return True
