"""Who handed in late, and what does it cost?

Extensions are kept in a file of the class and put into nbgrader's gradebook. The penalty is nbgrader's own plug-in:
in nbgrader_config.py

    c.AssignLatePenalties.plugin_class = "coursekit.late.LateDays"
    c.LateDays.days_of_grace = 2             # late days that cost nothing
    c.LateDays.penalty_share_per_day = 0.1   # of the points reached, for each day begun after that
"""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

from nbgrader.plugins import LateSubmissionPlugin
from traitlets import Float

from coursekit.class_files import extensions_file, read_json, write_json
from coursekit.course import Course
from coursekit.errors import CourseKitError, did_you_mean
from coursekit.gradebook import open_book

SECONDS_A_DAY = 86_400


class LateDays(LateSubmissionPlugin):
    """So many days for nothing, then a share of the points for each day begun."""

    days_of_grace = Float(0.0, min=0.0, help="Late days that cost nothing.").tag(config=True)
    penalty_share_per_day = Float(0.1, min=0.0, max=1.0, help="Share of the points, 0-1, a day begun.").tag(config=True)

    def late_submission_penalty(self, student_id: str, score: float, total_seconds_late: float) -> float | None:
        """Points to take off; None where nothing is due. nbgrader keeps it between 0 and the score."""
        counted = total_seconds_late - self.days_of_grace * SECONDS_A_DAY
        if counted <= 0:
            return None
        return float(score * min(1.0, math.ceil(counted / SECONDS_A_DAY) * self.penalty_share_per_day))


def extensions(course: Course) -> dict[str, dict[str, str]]:
    """unit -> student -> the day and time (UTC) until which they may hand in."""
    return read_json(extensions_file(course))


def extend(course: Course, unit: str, student: str, until: dt.datetime) -> None:
    """Let one student hand in a unit until a moment (UTC, no zone); a new date replaces the old one.

    raises CourseKitError for a student or due date that the gradebook does not know, or a date before the due date
    """
    with open_book(course) as book:
        known = [person.id for person in book.students]
        due = next((a.duedate for a in book.assignments if a.name == unit), None)
    if student not in known:
        raise CourseKitError(
            f"No student '{student}' in this class.{did_you_mean(student, known)} 'course students FILE.csv' adds students."
        )
    if due is None:
        raise CourseKitError(
            f"'{unit}' has no due date, so nothing can be extended. Set one: 'course due {unit} DATE'."
        )
    if until < due:
        raise CourseKitError(
            f"{until:%Y-%m-%d %H:%M} UTC is before the due date {due:%Y-%m-%d %H:%M} UTC. Name a later day."
        )
    held = extensions(course)
    held.setdefault(unit, {})[student] = f"{until:%Y-%m-%d %H:%M:%S}"
    write_json(extensions_file(course), held)
    settle(course, unit)


def set_due(course: Course, unit: str, due: dt.datetime) -> None:
    """Set or move a unit's due date (UTC, no zone)."""
    with open_book(course) as book:
        book.update_or_create_assignment(unit, duedate=due)
    settle(course, unit)


def settle(course: Course, unit: str) -> None:
    """Bring extensions and penalties in the gradebook up to date, with marks given by hand counted in."""
    plugin = plugin_of(course)
    until = extensions(course).get(unit, {})
    with open_book(course) as book:
        for assignment in (a for a in book.assignments if a.name == unit):
            for submission in assignment.submissions:
                moment = until.get(submission.student_id)
                if moment and assignment.duedate:
                    more = dt.datetime.fromisoformat(moment) - assignment.duedate
                    submission.extension = max(more, dt.timedelta())  # the due date may have been moved past it
                late_seconds = float(submission.total_seconds_late)
                for notebook in submission.notebooks:
                    points = None
                    if late_seconds > 0:  # else the score need not be asked for
                        points = penalty(plugin, submission.student_id, float(notebook.score or 0.0), late_seconds)
                    notebook.late_submission_penalty = points
        book.db.commit()


def plugin_of(course: Course) -> Any:
    """The late-penalty plug-in that the configuration names."""
    from nbgrader.preprocessors import AssignLatePenalties

    step = AssignLatePenalties(config=course.config)
    step.init_plugin()
    return step.plugin_inst


def penalty(plugin: Any, student: str, score: float, late_seconds: float) -> float | None:
    """Points to take off one notebook, by nbgrader's own rule: what the plug-in says, held between 0 and the score.

    late_seconds  after the due date and the student's extension, more than 0
    returns       None where that costs nothing
    """
    points = plugin.late_submission_penalty(student, score, late_seconds)
    return None if points is None else min(max(0.0, float(points)), score)
