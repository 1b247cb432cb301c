"""What is installed, what is missing, and what to type.

Three groups: what a learner cannot do without, what an instructor needs for safe grading, what only the tests need.
"""

from __future__ import annotations

import importlib.metadata
import os
import shutil
import sys
from dataclasses import dataclass

from coursekit.course import Course

LEARNER = {
    "jupyterlab": (4, 6),
    "jupyter-server": (2, 20),
    "nbgrader": (0, 9, 6),
    "ipykernel": (7,),
    "ipywidgets": (8, 1),
    "matplotlib": (3, 10),
    "numpy": (2,),
    "pandas": (3,),
}
OLDEST_PYTHON = (3, 11)
ENOUGH_DISK_MB = 200


@dataclass(frozen=True)
class Finding:
    """One thing looked at. for_whom: 'learner', 'instructor' or 'tests'; advice is empty when it is well."""

    for_whom: str
    name: str
    well: bool
    found: str
    advice: str = ""


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int("".join(c for c in part if c.isdigit()) or 0) for part in version.split(".")[:3])


def _python() -> Finding:
    have = ".".join(map(str, sys.version_info[:3]))
    well = sys.version_info >= OLDEST_PYTHON
    return Finding("learner", "Python", well, have, "" if well else "Install Python 3.11 or newer, or: pip install uv")


def _package(name: str, oldest: tuple[int, ...]) -> Finding:
    wanted = ".".join(map(str, oldest))
    try:
        have = importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return Finding("learner", name, False, "not installed", f'pip install "{name}>={wanted}"')
    well = _numbers(have) >= oldest
    return Finding("learner", name, well, have, "" if well else f'pip install --upgrade "{name}>={wanted}"')


def _place(course: Course) -> list[Finding]:
    desk = course.work if course.work.is_dir() else course.root
    writable = os.access(desk, os.W_OK)
    free_mb = shutil.disk_usage(desk).free // 2**20
    built = (course.lessons / "0-start.ipynb").is_file() or bool(course.units)
    return [
        Finding("learner", "course folder", built, str(course.root), "" if built else "Run: course build"),
        Finding("learner", "right to write", writable, str(desk),
                "" if writable else f"Get the right to write in {desk}, or copy the course to a folder of your own."),
        Finding("learner", "disk space", free_mb > ENOUGH_DISK_MB, f"{free_mb} MB free",
                "" if free_mb > ENOUGH_DISK_MB else f"Make room: at least {ENOUGH_DISK_MB} MB."),
    ]  # fmt: skip


def _program(name: str, for_whom: str, package: str, why: str) -> Finding:
    path = shutil.which(name)
    advice = f"On Debian or Ubuntu: apt-get install {package}" if sys.platform == "linux" else "Only found on Linux."
    return Finding(for_whom, name, path is not None, path or f"not found ({why})", "" if path else advice)


def _walls() -> Finding:
    """Which walls would stand around untrusted code on this machine."""
    if sys.platform != "linux":
        return Finding("instructor", "walls for grading", False, f"none on {sys.platform}",
                       "Learning works here. Grade on Linux, or in the container of docs/grading.md.")  # fmt: skip
    from coursekit.sandbox.standing import walls_here

    standing = walls_here()
    well = bool(standing)
    return Finding("instructor", "walls for grading", well, ", ".join(standing) or "none",
                   "" if well else "Grade on Linux with bubblewrap, or in the container of docs/grading.md.")  # fmt: skip


def _exchange(course: Course) -> Finding:
    from coursekit.release import exchange_root

    root = exchange_root(course)
    return Finding("instructor", "exchange", True, str(root) if root else "none set up (files are handed in by upload)")


def examine(course: Course) -> list[Finding]:
    """Everything that is looked at, in the order in which it is said."""
    findings = [_python(), *(_package(n, v) for n, v in LEARNER.items()), *_place(course)]
    findings += [_program("bwrap", "instructor", "bubblewrap", "the strongest wall"), _walls(), _exchange(course)]
    findings += [_program("chromium", "tests", "chromium", "the browser of the tests")]
    return findings


def learner_can_work(findings: list[Finding]) -> bool:
    """Whether nothing is wrong that a learner needs."""
    return all(f.well for f in findings if f.for_whom == "learner")
