"""How does work come in through nbgrader's exchange?

nbgrader's own collect takes the newest hand-in of each student. What it replaces is kept in earlier/, and where the best
of several counts, the hand-ins that it passed over come in as well.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from coursekit import attempts
from coursekit.course import Course
from coursekit.errors import CourseKitError
from coursekit.handed_in import submitted_by
from coursekit.release import exchange_root


def collect_from_exchange(course: Course, unit: str) -> list[str]:
    """Take in what lies in the exchange, newer hand-ins over older ones; returns the students now here.

    raises CourseKitError where there is no exchange, or nbgrader refuses
    """
    root = exchange_root(course)
    if root is None:
        raise CourseKitError(
            "No exchange can be used here. Set c.Exchange.root in nbgrader_config.py to a folder that all may write, "
            f"or collect from a folder or zip: 'course collect {unit} PATH'."
        )
    earlier = submitted_by(course, unit)
    for student in earlier:
        attempts.keep_copy(course, unit, student, course.submitted / student / unit)
    _collect(course, unit, root)
    if attempts.mode(course) == "best":
        for folder in sorted((root / _course_id(course) / "inbound").glob(f"*+{unit}+*")):
            attempts.keep_copy(course, unit, folder.name.rsplit(f"+{unit}+", 1)[0], folder)
    now = submitted_by(course, unit)
    for student in now:  # a copy of what stands in its place is no earlier hand-in
        standing = attempts.digest_of(course.submitted / student / unit)
        shutil.rmtree(attempts.earlier_folder(course, unit, student) / standing, ignore_errors=True)
    return [f"{student}{'' if student in earlier else ' (new)'}" for student in now]


def _course_id(course: Course) -> str:
    return str(course.config.CourseDirectory.get("course_id", ""))


def _collect(course: Course, unit: str, root: Path) -> None:
    from nbgrader.apps import NbGraderAPI

    found = NbGraderAPI(config=course.config).collect(unit, update=True)
    if found is None:
        raise CourseKitError(
            f"nbgrader's exchange does not work on Windows. Collect from a folder or zip: 'course collect {unit} PATH'."
        )
    if not found["success"]:
        words = str(found.get("error") or found.get("log") or "").strip().splitlines()
        raise CourseKitError(
            f"The exchange in {root} gave nothing ({words[-1] if words else 'nbgrader gives no reason'}). Has "
            f"'course release {unit}' put the unit there?"
        )
