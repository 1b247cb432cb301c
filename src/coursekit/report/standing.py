"""What has each submission been through: behind which walls, in which world, and how long in which state?

Times are those that are kept: the hand-in's time stamp, the ledger's time of grading, the marking page's time of the last
mark, and when the feedback page was written that tells what stands now. A mark given in Formgrader has no time.
"""

from __future__ import annotations

import datetime as dt
import statistics
from collections import Counter
from dataclasses import dataclass
from typing import Any

from coursekit.class_files import read_marks
from coursekit.course import Course
from coursekit.gradebook import open_book
from coursekit.handed_in import ledger_folder, submitted_by, waiting_students
from coursekit.ledger import Ledger
from coursekit.report.data import Graded
from coursekit.report.feedback import returned
from coursekit.results import NOT_RUN
from coursekit.sandbox.told import uncovered
from coursekit.worlds.outcome import NOT_REACHED

SECONDS_A_DAY = 86_400
NO_CODE, NO_WALLS = "no code ran", "none: the code ran with the grader's own rights"


@dataclass(frozen=True)
class Way:
    """One submission's walls (None: no code ran, or not known) and moments (UTC; None: not yet, or not known)."""

    walls: list[str] | None
    handed_in: dt.datetime | None
    graded: dt.datetime | None
    marked: dt.datetime | None
    returned: dt.datetime | None
    state: str

    @property
    def walls_told(self) -> str:
        if self.walls is None:
            return NO_CODE if self.graded else "not known"  # the ledger did not keep it in earlier versions
        return ", ".join(self.walls) or NO_WALLS


def ways(course: Course, graded: Graded) -> dict[str, Way]:
    """Every graded submission's way, by student."""
    unit = graded.assignment
    kept = {record["row"]["student"]: record for record in Ledger(ledger_folder(course, unit)).records()}
    handed_in, marked, back = _handed_in(course, unit), _marked(course, unit), returned(course, unit)
    again = waiting_students(course, unit)
    found = {}
    for student in graded.rows:
        marks = graded.marks_of(student).values()
        settled = kept[student].get("fingerprint") != ""  # else the grading itself failed, and is tried again
        graded_at = _moment(kept[student].get("graded_at")) if settled else None
        done = None if any(m.waits for m in marks) else marked.get(student)
        if done is None and not any(m.waits or m.manual is not None for m in marks):
            done = graded_at  # nothing was to be marked by a person
        state = "graded" if any(m.waits for m in marks) else "returned" if student in back else "marked"
        found[student] = Way(
            walls=kept[student].get("walls"),
            handed_in=handed_in.get(student),
            graded=graded_at,
            marked=done,
            returned=_written(course, unit, student) if student in back else None,
            state="handed in" if student in again else state,
        )
    return found


def _moment(text: str | None) -> dt.datetime | None:
    return dt.datetime.fromisoformat(text) if text else None


def _handed_in(course: Course, unit: str) -> dict[str, dt.datetime]:
    with open_book(course) as book:
        submissions = [s for assignment in book.assignments if assignment.name == unit for s in assignment.submissions]
        return {s.student_id: s.timestamp.replace(tzinfo=dt.UTC) for s in submissions if s.timestamp}


def _marked(course: Course, unit: str) -> dict[str, dt.datetime]:
    """When each student's last mark was given on the marking page."""
    found: dict[str, dt.datetime] = {}
    for mark in read_marks(course, unit, "first").values():
        when = dt.datetime.fromisoformat(mark["when"].removesuffix(" UTC")).replace(tzinfo=dt.UTC)
        found[mark["student"]] = max(when, found.get(mark["student"], when))
    return found


def _written(course: Course, unit: str, student: str) -> dt.datetime:
    pages = (course.feedback / student / unit).glob("*.html")
    return dt.datetime.fromtimestamp(max(page.stat().st_mtime for page in pages), dt.UTC)


def state_table(course: Course, graded: Graded, known: dict[str, Way]) -> list[dict[str, Any]]:
    """For each state how many are in it now, how many went on from it with known times, and their days in it."""
    now = Counter(way.state for way in known.values())
    now["handed in"] += len(set(submitted_by(course, graded.assignment)) - set(known))
    table = []
    for state, field, to in (("handed in", "handed_in", "graded"), ("graded", "graded", "marked"),
                             ("marked", "marked", "returned"), ("returned", "returned", None)):  # fmt: skip
        spans = [(getattr(way, field), getattr(way, to)) for way in known.values()] if to else []
        days = [max(0.0, (b - a).total_seconds()) / SECONDS_A_DAY for a, b in spans if a and b]
        table.append(
            {
                "state": state,
                "now": now[state],
                "went_on": len(days),
                "middle_days": round(statistics.median(days), 2) if days else "",
                "longest_days": round(max(days), 2) if days else "",
            }
        )
    return table


def wall_table(known: dict[str, Way]) -> list[dict[str, Any]]:
    """Which walls stood, around how many submissions, and what they leave open."""
    counts = Counter(way.walls_told for way in known.values())
    open_still = {way.walls_told: " ".join(uncovered(way.walls)) if way.walls else "" for way in known.values()}
    return [
        {"walls": told, "submissions": number, "not_covered": open_still[told]} for told, number in counts.most_common()
    ]


def world_of(graded: Graded, key: str, cell: dict[str, Any]) -> str:
    """Where a check ran; '' for what a person marks, and for what did not run."""
    return cell["world"] if key in graded.checks and cell["message"] not in (NOT_RUN, NOT_REACHED) else ""


def cell_table(graded: Graded) -> list[dict[str, Any]]:
    """One row for each graded cell of each submission, with the world in which a check ran."""
    return [
        {"student": student, "check": key, "world": world_of(graded, key, cell)}
        | {name: cell[name] for name in ("state", "score", "max_score", "message")}
        for student, row in sorted(graded.rows.items())
        for key, cell in row["cells"].items()
    ]
