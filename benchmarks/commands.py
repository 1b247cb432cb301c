"""Whole commands, timed: how long did one take, and how large was its largest process?"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from pathlib import Path

COURSE = str(Path(sys.executable).with_name("course"))
SECONDS_BETWEEN_LOOKS = 0.2


def run(command: list[str], cwd: Path) -> tuple[float, float]:
    """Seconds and the memory in MB of the largest process of this command, those that it started included.

    The kernel tells the peak of the command and of what it waited for; the others are looked at while they run.
    """
    here = os.path.dirname(sys.executable)  # nbgrader calls alembic by name
    environment = {**os.environ, "PATH": f"{here}:{os.environ['PATH']}"}
    with tempfile.TemporaryFile("w+") as said:
        started = time.monotonic()
        process = subprocess.Popen(command, cwd=cwd, env=environment, stdout=said, stderr=subprocess.STDOUT)
        over, seen_kb = threading.Event(), [0]
        watcher = threading.Thread(target=_watch, args=(process.pid, over, seen_kb))
        watcher.start()
        _, status, used = os.wait4(process.pid, 0)
        seconds = time.monotonic() - started
        over.set()
        watcher.join()
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode not in (0, 1):
            said.seek(0)
            raise SystemExit(f"{command} failed:\n{said.read()}")
    return seconds, max(used.ru_maxrss, seen_kb[0]) / 1024


def _watch(pid: int, over: threading.Event, seen_kb: list[int]) -> None:
    while not over.wait(SECONDS_BETWEEN_LOOKS):
        seen_kb[0] = max(seen_kb[0], _largest_kb(pid))


def _largest_kb(pid: int) -> int:
    """The peak of the largest process among this one and all below it."""
    found = [0]
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                found.append(int(line.split()[1]))
        for file in Path(f"/proc/{pid}/task").glob("*/children"):
            found += [_largest_kb(int(child)) for child in file.read_text().split()]
    return max(found)
