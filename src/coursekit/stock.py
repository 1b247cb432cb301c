"""What about notebooks in another language?

They are handed to nbgrader's own autograde, one submission at a time and each with a limit of time, so that one that
fails or never ends does not stop the others. Their code runs with the grader's rights, outside all walls; rows and
report say so.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

from coursekit.course import Course
from coursekit.gradebook import open_book
from coursekit.handed_in import Job
from coursekit.worlds.plan import Plan
from coursekit.writer import Writer, command_to_retry

START_SECONDS = 120  # for nbgrader and its kernel to start
TIMEOUTS = 5  # a notebook may take so many times what one cell may
NOTE = "'{}' is written in {}, so nbgrader's own autograde graded it: without walls, and with checks in the student's process."


def grade_with_nbgrader(task: Writer, folders: dict[str, Path]) -> None:
    """Grade these submissions; what was graded before and has not changed stands."""
    languages = ", ".join(sorted({plan.language for plan in task.plans}))
    task.run.unwalled = True
    task.run.notes.append(NOTE.format(task.assignment, languages))
    seconds = START_SECONDS + TIMEOUTS * sum(plan.timeout_seconds for plan in task.plans)
    for read in task.jobs(folders):
        if read is None:
            continue
        job = read()
        command = [sys.executable, "-m", "nbgrader", "autograde", task.assignment, "--create", "--force"]
        why = run_within(seconds, [*command, f"--student={job.student}"], task.course.root)
        if why:
            again = command_to_retry(task.assignment, job.student)
            _fail(task, job, f"nbgrader autograde failed: {why} '{again}' tries again.")
        else:
            task.take_over(job, _row(task.course, task.assignment, task.plans, job.student))


def run_within(seconds: float, command: list[str], folder: Path) -> str:
    """Run a command and end it, with all that it started, when its time is over; why it failed, or ''."""
    process = subprocess.Popen(
        command,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        errors="replace",
        start_new_session=True,
    )
    try:
        said = process.communicate(timeout=seconds)[1]
    except subprocess.TimeoutExpired:
        return f"It took longer than {seconds:g} seconds and was ended."
    finally:
        _end(process)
    if process.returncode == 0:
        return ""
    return (said.strip().splitlines() or ["no reason was given"])[-1].rstrip(".") + "."


def _end(process: subprocess.Popen[str]) -> None:
    """End a process and what it started: a kernel has a process group of its own."""
    if process.poll() is None:
        if hasattr(os, "killpg"):
            for pid in (process.pid, *_started_by(process.pid)):
                with suppress(ProcessLookupError):
                    os.killpg(os.getpgid(pid), signal.SIGKILL)
        else:
            process.kill()
        process.communicate()


def _started_by(pid: int) -> list[int]:
    """The processes that a process started, and those that they did; none where the system has no /proc."""
    found = []
    for file in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):
            for child in map(int, file.read_text(encoding="utf-8").split()):
                found += [child, *_started_by(child)]
    return found


def _fail(task: Writer, job: Job, why: str) -> None:
    if not job.handed.notebooks:
        job.handed.notes.append(why)
    task.finish(job, {name: {"failed": why, "walls": []} for name in job.handed.notebooks})


def _row(course: Course, assignment: str, plans: list[Plan], student: str) -> dict[str, Any]:
    cells: dict[str, Any] = {}
    with open_book(course) as book:
        for plan in plans:
            prefix = f"{plan.notebook}/" if len(plans) > 1 else ""
            for known in plan.cells:
                if known.kind in ("check", "manual", "task"):
                    grade = _grade(book, known.grade_id, plan.notebook, assignment, student)
                    points = float(grade.auto_score or 0.0) if grade is not None else 0.0
                    cells[prefix + known.grade_id] = {
                        "score": points,
                        "max_score": known.points,
                        "state": _state(known.kind, points, known.points),
                        "world": "student",
                        "message": "",
                    }
    return {
        "student": student,
        "status": "graded",
        "score": sum(cell["score"] for cell in cells.values()),
        "max_score": sum(plan.max_score for plan in plans),
        "reasons": ["Graded by nbgrader itself, without walls."],
        "cells": cells,
    }


def _grade(book: Any, grade_id: str, notebook: str, assignment: str, student: str) -> Any:
    from nbgrader.api import MissingEntry

    try:
        return book.find_grade(grade_id, notebook, assignment, student)
    except MissingEntry:
        return None


def _state(kind: str, points: float, most: float) -> str:
    if kind != "check":
        return "manual"
    return "right" if points == most else "partial" if points else "wrong"
