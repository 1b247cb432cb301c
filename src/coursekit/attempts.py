"""Which of several hand-ins counts?

c.CourseKit.attempts in nbgrader_config.py: "last" (the default) or "best", by automatic points after any late penalty.
What does not count is kept in earlier/, beside the submitted folder.
"""

from __future__ import annotations

import json
import os
import shutil
import stat
from collections.abc import Callable, Iterable
from pathlib import Path

from coursekit import intake, late
from coursekit.course import Course
from coursekit.errors import CourseKitError
from coursekit.gradebook import open_book
from coursekit.handed_in import folder_state, hash_of, read_plans, state_of, waiting_students
from coursekit.ledger import write_whole

MODES = ("last", "best")
Ignore = Callable[[str, list[str]], Iterable[str]]
Tried = dict[str, dict[str, list[float | str]]]  # student -> digest of a hand-in -> its points and its timestamp


def mode(course: Course) -> str:
    """'last' or 'best'; CourseKitError for anything else in the configuration."""
    found = str(course.config.get("CourseKit", {}).get("attempts", "last"))
    if found not in MODES:
        raise CourseKitError(
            f"c.CourseKit.attempts is '{found}', but it can be 'last' or 'best'. Mend nbgrader_config.py."
        )
    return found


def earlier_folder(course: Course, unit: str, student: str) -> Path:
    return course.submitted.parent / "earlier" / student / unit


def digest_of(folder: Path) -> str:
    """Twelve letters that stand for what is in a hand-in."""
    return folder_state(folder)[:12]


def stamp_of(folder: Path) -> str:
    """When it was handed in, as its timestamp.txt has it: '2027-02-01 17:00:00 UTC'; empty where that is not known."""
    return (intake.read_stamp(folder) or b"").decode("utf-8", "replace").strip()


def put_aside(course: Course, unit: str, student: str) -> None:
    """Move what is submitted now to earlier/."""
    target = course.submitted / student / unit
    kept = earlier_folder(course, unit, student) / digest_of(target)
    kept.parent.mkdir(parents=True, exist_ok=True)
    if kept.exists():
        kept = kept.with_name(f"{kept.name}-{sum(1 for _ in kept.parent.iterdir())}")
    os.replace(target, kept)


def keep_copy(course: Course, unit: str, student: str, folder: Path, ignore: Ignore | None = None) -> None:
    """Keep a copy of a hand-in among the earlier ones, once; links, pipes and devices are left out.

    ignore   what else is left out, in the way of shutil.copytree
    """
    place = earlier_folder(course, unit, student)
    place.mkdir(parents=True, exist_ok=True)
    half = place / ".half"
    shutil.rmtree(half, ignore_errors=True)
    shutil.copytree(
        folder, half, ignore=lambda at, names: {*_no_files(at, names), *(ignore(at, names) if ignore else ())}
    )
    kept = place / digest_of(half)
    if kept.exists():
        shutil.rmtree(half)
    else:
        os.replace(half, kept)


def _no_files(at: str, names: list[str]) -> list[str]:
    modes = {name: (Path(at) / name).lstat().st_mode for name in names}
    return [name for name, mode in modes.items() if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode)]


def _bring_back(course: Course, unit: str, student: str, attempt: str) -> None:
    target = course.submitted / student / unit
    if target.exists():
        put_aside(course, unit, student)
    target.parent.mkdir(parents=True, exist_ok=True)
    os.replace(earlier_folder(course, unit, student) / attempt, target)


def _others(course: Course, unit: str) -> dict[str, list[str]]:
    """Student -> names of their earlier hand-ins. A student whose hand-in was on its way gets the newest back."""
    root = course.submitted.parent / "earlier"
    found = {}
    for person in sorted(root.iterdir()) if root.is_dir() else []:
        names = sorted(p.name for p in (person / unit).glob("[!.]*") if p.is_dir()) if (person / unit).is_dir() else []
        if names and not (course.submitted / person.name / unit).exists():
            newest = max(names, key=lambda name: stamp_of(person / unit / name))
            _bring_back(course, unit, person.name, newest)
            names.remove(newest)
        if names:
            found[person.name] = names
    return found


def _points(course: Course, unit: str, students: list[str]) -> dict[str, float]:
    """Automatic points of what is graded now, late penalty taken off; who is not in the gradebook is left out."""
    from nbgrader.api import MissingEntry

    with open_book(course) as book:
        found = {}
        for student in students:
            try:
                submission = book.find_submission(unit, student)
            except MissingEntry:  # their turn comes when they are graded
                continue
            automatic = sum(g.auto_score or 0.0 for n in submission.notebooks for g in n.grades)
            found[student] = automatic - float(submission.late_submission_penalty or 0.0)
    return found


def keep_best(course: Course, unit: str, grade: Callable[[list[str]], None]) -> list[str]:
    """Grade every hand-in of students who have several, and leave the best in place (of equals, the latest).

    grade    grades what is submitted now by these students
    returns  a sentence for each student whose best is not the last
    """
    root = course.submitted
    key = _what_points_hang_on(course, unit)
    file = course.submitted.parent / "earlier" / f"{unit}.json"
    tried = _tried_before(file, key)
    while others := _others(course, unit):
        waiting = waiting_students(course, unit)  # what the gradebook holds is not of what lies there now
        points_now = _points(course, unit, [student for student in others if student not in waiting])
        others = {student: others[student] for student in points_now}
        for student, points in points_now.items():
            place = root / student / unit
            tried.setdefault(student, {})[digest_of(place)] = [points, stamp_of(place)]
        write_whole(file, {"key": key, "tried": tried})
        todo = {s: next((n for n in names if digest_of(earlier_folder(course, unit, s) / n) not in tried[s]), None)
                for s, names in others.items()}  # fmt: skip
        left = {student: name for student, name in todo.items() if name}
        if not left:
            return _place(course, unit, grade, tried, others)
        for student, name in left.items():
            _bring_back(course, unit, student, name)
        grade(list(left))
    return []


def _what_points_hang_on(course: Course, unit: str) -> str:
    """Changes with all that may give one hand-in other points, late penalty taken off, than it had before."""
    with open_book(course) as book:
        due = next((str(assignment.duedate) for assignment in book.assignments if assignment.name == unit), "")
    plugin = late.plugin_of(course)
    rule = {"class": type(plugin).__qualname__} | {k: str(v) for k, v in plugin.trait_values(config=True).items()}
    return hash_of(state_of(course, unit, read_plans(course, unit)), due, late.extensions(course).get(unit, {}), rule)


def _tried_before(file: Path, key: str) -> Tried:
    """What earlier runs found; nothing where points may be others now, or the file is damaged: then all is tried again."""
    try:
        held = json.loads(file.read_text(encoding="utf-8"))
        return dict(held["tried"]) if held["key"] == key else {}
    except (OSError, ValueError, TypeError, KeyError):
        return {}


def _place(
    course: Course,
    unit: str,
    grade: Callable[[list[str]], None],
    tried: Tried,
    others: dict[str, list[str]],
) -> list[str]:
    moved, said = [], []
    for student, names in others.items():
        best = max(tried[student], key=lambda attempt: tuple(tried[student][attempt]))
        last = max(tried[student], key=lambda attempt: tried[student][attempt][1])
        where = {digest_of(earlier_folder(course, unit, student) / name): name for name in names}
        if best in where:
            _bring_back(course, unit, student, where[best])
            moved.append(student)
        if best != last:
            said.append(f"{student}: an earlier hand-in is better ({tried[student][best][0]:g} against "
                        f"{tried[student][last][0]:g} automatic points) and counts.")  # fmt: skip
    if moved:
        grade(moved)
    return said
