"""What was handed in for an assignment, what does the instructor have for it, and what of it is still to be graded?"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from coursekit import intake
from coursekit.course import Course
from coursekit.errors import CourseKitError, did_you_mean
from coursekit.ledger import Ledger
from coursekit.worlds.plan import Plan
from coursekit.worlds.planning import make_plan


def ledger_folder(course: Course, assignment: str) -> Path:
    """Where the rows of a graded assignment are kept."""
    return course.autograded.parent / ".coursekit" / assignment


def read_plans(course: Course, assignment: str) -> list[Plan]:
    """A plan for every notebook of the assignment's source."""
    folder = course.source / assignment
    notebooks = sorted(p for p in folder.glob("*.ipynb") if not p.name.startswith("."))
    if not notebooks:
        raise CourseKitError(
            f"There is no instructor's notebook in {folder}. Build or copy it there first; grading needs it."
        )
    return [make_plan(path, course.config) for path in notebooks]


def submitted_by(course: Course, assignment: str) -> dict[str, Path]:
    """Folders of what was handed in, by student, in order of name; empty where nothing was."""
    root = course.submitted
    return {
        entry.name: entry / assignment
        for entry in (sorted(root.iterdir()) if root.is_dir() else [])
        if not entry.name.startswith(".") and (entry / assignment).exists()
    }


def submission_folders(course: Course, assignment: str, students: list[str] | None = None) -> dict[str, Path]:
    """Folders of what was handed in, or of what these students handed in.

    raises  CourseKitError for a student who handed in nothing, or where nobody did
    """
    found = submitted_by(course, assignment)
    place = f"Submissions are read from {course.submitted}/<student>/{assignment}"
    for student in students or []:
        if student not in found:
            raise CourseKitError(
                f"'{student}' handed in nothing for '{assignment}'.{did_you_mean(student, found)} {place}."
            )
    if not found:
        raise CourseKitError(f"Nothing was handed in for '{assignment}'. {place}; 'course collect' puts them there.")
    return {student: found[student] for student in students or found}


def waiting_students(course: Course, assignment: str) -> set[str]:
    """Students with a result that is no longer that of what they handed in, or of the instructor's notebook, as they are
    now; all, where that notebook is gone or damaged. Nothing is known of what nbgrader itself graded."""
    ledger = Ledger(ledger_folder(course, assignment))
    known = {row["student"] for row in ledger.rows()}
    if not known:
        return set()
    try:
        state = state_of(course, assignment, read_plans(course, assignment))
    except CourseKitError:  # 'course grade', which comes next, says what is wrong with it
        return known
    return {
        student
        for student, folder in submitted_by(course, assignment).items()
        if student in known
        and ledger.row(student, hash_of(state, folder_state(folder)), course.autograded / student / assignment) is None
    }


@dataclass
class Job:
    """One submission, as it goes to a worker.

    fingerprint  of all that the result hangs on: these files, and the instructor's
    state        of these files alone
    """

    student: str
    handed: intake.Handed
    fingerprint: str
    timestamp: dt.datetime | None
    state: str = ""


def reader(
    student: str, folder: Path, read_folder: Callable[[Path], intake.Handed], fingerprint: str, state: str
) -> Callable[[], Job]:
    def read() -> Job:
        handed = read_folder(folder)
        return Job(student, handed, fingerprint, _timestamp(folder, handed.notes), state)

    return read


def _timestamp(folder: Path, notes: list[str]) -> dt.datetime | None:
    from nbgrader.utils import parse_utc

    told = intake.read_stamp(folder)
    if told is None:
        return None
    try:
        found = parse_utc(told.decode().strip())
        return found if isinstance(found, dt.datetime) else None
    except Exception:
        notes.append(f"{intake.TIMESTAMP} cannot be read, so lateness is not known.")
        return None


def read_instructor_files(course: Course, assignment: str) -> dict[str, bytes]:
    """Data and other files beside the instructor's notebooks, those that nbgrader leaves behind left out."""
    import fnmatch

    ignore = [*course.config.CourseDirectory.get("ignore", ["*.pyc", "__pycache__"]), "*.ipynb", "help.json"]
    own = students_own(course, assignment)
    return {
        relative: path.read_bytes()
        for path, relative in intake.walk(course.source / assignment, [])
        if relative not in own
        and not any(fnmatch.fnmatch(part, pattern) for part in relative.split("/") for pattern in ignore)
    }


def students_own(course: Course, assignment: str) -> list[str]:
    """Files that students may change although the instructor has them too (nbgrader's Autograde.exclude_overwriting)."""
    return list(course.config.Autograde.get("exclude_overwriting", {}).get(assignment, []))


def state_of(course: Course, assignment: str, plans: list[Plan]) -> str:
    """Changes with everything on the instructor's side that a score may hang on."""
    return hash_of([plan.fingerprint for plan in plans], folder_state(course.source / assignment))


def folder_state(folder: Path) -> str:
    """A fingerprint of a folder's files: names and contents."""
    state = hashlib.sha256()
    for path, relative in intake.walk(folder, []):
        size = path.lstat().st_size
        state.update(f"{relative}\0{size}\0".encode("utf-8", "surrogateescape"))
        if size > intake.FOLDER_BYTES_MAX:  # it will be left out; a file full of holes can be larger than the disk
            continue
        try:
            with open(path, "rb") as file:
                state.update(hashlib.file_digest(file, "sha256").digest())
        except OSError:
            state.update(b"unreadable")
    return state.hexdigest()


def hash_of(*parts: Any) -> str:
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:32]
