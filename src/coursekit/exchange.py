"""How does work come in through nbgrader's exchange?

nbgrader's own collect takes the newest hand-in of each student. What it replaces is kept in earlier/, and where the best
of several counts, the hand-ins that it passed over come in as well, by nbgrader's own rules for what is taken.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

from coursekit import attempts, intake
from coursekit.course import Course
from coursekit.errors import CourseKitError, last_words
from coursekit.handed_in import submitted_by
from coursekit.release import exchange_root

FOREIGN = re.compile(
    r"^ *(?P<folder>\S.+) claims to be submitted by (?P<student>.+) but is owned by (?P<owner>.+?);", re.M
)


def collect_from_exchange(course: Course, unit: str) -> tuple[list[str], list[str]]:
    """Take in what lies in the exchange, newer hand-ins over older ones; returns the students now here, and sentences about
    what a person should look at.

    raises CourseKitError where there is no exchange, or nbgrader refuses
    """
    root = exchange_root(course)
    if root is None:
        raise CourseKitError(
            "No exchange can be used here. Set c.Exchange.root in nbgrader_config.py to a folder that all may write, "
            f"or collect from a folder or zip: 'course collect {unit} PATH'."
        )
    earlier = submitted_by(course, unit)
    for student, folder in earlier.items():
        attempts.keep_copy(course, unit, student, folder)
    said = _collect(course, unit, root)
    if attempts.mode(course) == "best":
        said += _keep_passed_over(course, unit, root)
    now = submitted_by(course, unit)
    for student, folder in now.items():  # a copy of what stands in its place is no earlier hand-in
        standing = attempts.digest_of(folder)
        shutil.rmtree(attempts.earlier_folder(course, unit, student) / standing, ignore_errors=True)
    return [f"{student}{'' if student in earlier else ' (new)'}" for student in now], said


def _keep_passed_over(course: Course, unit: str, root: Path) -> list[str]:
    """Copy every hand-in of the exchange to earlier/; returns a sentence for each that nbgrader would not take either."""
    from nbgrader.coursedir import CourseDirectory
    from nbgrader.utils import ignore_patterns

    rules = CourseDirectory(config=course.config)
    ignore = ignore_patterns(rules.ignore, rules.include, rules.max_file_size)
    said = []
    for folder in sorted((root / rules.course_id / "inbound").glob(f"*+{unit}+*")):
        student = folder.name.rsplit(f"+{unit}+", 1)[0]
        if folder.is_symlink() or not folder.is_dir():
            said.append(f"LEFT OUT: {folder} of {student} is no folder of its own.")
        elif sum(path.lstat().st_size for path, _ in intake.walk(folder, [])) > 1000 * rules.max_dir_size:
            said.append(f"LEFT OUT: {folder} of {student} is larger than {rules.max_dir_size / 1000:g} MB.")
        else:
            attempts.keep_copy(course, unit, student, folder, ignore)
    return said


def _collect(course: Course, unit: str, root: Path) -> list[str]:
    """nbgrader's own collect; returns a sentence for each hand-in that belongs to another user than its name says."""
    from nbgrader.apps import NbGraderAPI

    found: dict[str, Any] | None = NbGraderAPI(config=course.config).collect(unit, update=True)
    if found is None:
        raise CourseKitError(
            f"nbgrader's exchange does not work on Windows. Collect from a folder or zip: 'course collect {unit} PATH'."
        )
    if not found["success"]:
        raise CourseKitError(
            f"The exchange in {root} gave nothing ({last_words(found.get('error'), found.get('log'))}). Has "
            f"'course release {unit}' put the unit there?"
        )
    foreign = FOREIGN.finditer(str(found.get("log") or ""))
    return [f"LOOK AT: {f['folder']} says that it is from {f['student']}, but it belongs to the user {f['owner']}."
            for f in foreign]  # fmt: skip
