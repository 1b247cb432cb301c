"""What is known about one question: its stub, its checks, its hints, and - where the key is here - its answer.

Everything is read from the course's own files, never from a learner's copy, so that a damaged copy spoils nothing.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from coursekit import notebooks
from coursekit.course import Course
from coursekit.errors import CourseKitError, UnknownUnit, did_you_mean
from coursekit.progress import question_of
from coursekit.worlds.outcome import NEUTRAL as NEUTRAL  # the same words here as in feedback

BEGIN_HIDDEN, END_HIDDEN = "BEGIN HIDDEN TESTS", "END HIDDEN TESTS"
BEGIN_SOLUTION, END_SOLUTION = "BEGIN SOLUTION", "END SOLUTION"


@dataclass(frozen=True)
class CheckCell:
    """One check cell: its code as it is run here, its points, and the lines (from 1) that are hidden from students."""

    grade_id: str
    source: str
    points: float
    hidden_lines: frozenset[int]


@dataclass(frozen=True)
class Question:
    """One automatically checked or written question of a unit.

    checks       empty for a written answer
    complete     True when the checks are whole (the key is here), False when only the visible part is
    words_asked  how many words a written answer should have, at least and at most; None where that is not said
    """

    grade_id: str
    unit: str
    title: str
    stub: str
    names: tuple[str, ...]
    hints: tuple[str, ...]
    mistakes: tuple[str, ...]
    checks: tuple[CheckCell, ...]
    complete: bool
    words_asked: tuple[int, int] | None = None

    @property
    def points(self) -> float:
        return sum(check.points for check in self.checks)

    def may_be_shown(self, message: str, line: int, check: CheckCell) -> bool:
        """A message is for learners when its check is visible, or when it is the text of a known mistake."""
        return line not in check.hidden_lines or message in self.mistakes


def _hidden_lines(source: str) -> frozenset[int]:
    inside, found = False, []
    for number, line in enumerate(source.splitlines(), start=1):
        if BEGIN_HIDDEN in line:
            inside = True
        if inside:
            found.append(number)
        if END_HIDDEN in line:
            inside = False
    return frozenset(found)


def _words_asked(text: str) -> tuple[int, int] | None:
    """The range in a question's text: **80 to 150 words**, 60-100 words."""
    found = re.search(r"(\d+)(?: to |[-–])(\d+) words", text)
    return (int(found[1]), int(found[2])) if found else None


@cache
def _read(release: Path, source: Path | None, help_file: Path) -> dict[str, Question]:
    """Questions of one unit by grade_id. Cached: the files of a course do not change while a notebook is open."""
    stubs = notebooks.load(release)
    checked = notebooks.load(source) if source else stubs
    told: dict[str, Any] = json.loads(help_file.read_text(encoding="utf-8")) if help_file.is_file() else {}
    checks: dict[str, list[CheckCell]] = {}
    for cell in checked.cells:
        meta = cell.metadata.get("nbgrader", {})
        if cell.cell_type == "code" and meta.get("grade") and not meta.get("solution"):
            check = CheckCell(meta["grade_id"], cell.source, float(meta["points"]), _hidden_lines(cell.source))
            checks.setdefault(question_of(meta["grade_id"]), []).append(check)
    questions = {}
    above = ""  # a question's text stands right above its answer cell
    for cell in stubs.cells:
        text, above = above, cell.source
        meta = cell.metadata.get("nbgrader", {})
        if not meta.get("solution"):
            continue
        grade_id = meta["grade_id"]
        help_here = told.get(grade_id, {})
        questions[grade_id] = Question(
            grade_id=grade_id,
            unit=release.stem,
            title=help_here.get("title", grade_id),
            stub=cell.source,
            names=tuple(help_here.get("names", [])),
            hints=tuple(help_here.get("hints", [])),
            mistakes=tuple(help_here.get("mistakes", {}).values()),
            checks=tuple(checks.get(grade_id, [])),
            complete=source is not None,
            words_asked=_words_asked(text) if grade_id not in checks else None,
        )
    return questions


def questions_of(course: Course, unit: str) -> dict[str, Question]:
    """Questions of the unit by grade_id, in the order of the notebook; CourseKitError when it is not built."""
    release = course.release / unit / f"{unit}.ipynb"
    if not release.is_file():
        raise CourseKitError(f"{release} does not exist. Run 'course build {unit}' first.")
    source = course.source / unit / f"{unit}.ipynb"
    return _read(release, source if source.is_file() else None, release.with_name("help.json"))


def find_question(course: Course, name: str, unit: str | None = None) -> Question:
    """The question with that grade_id, or with that number (1 is the first) inside a given unit."""
    units = [unit] if unit else course.units
    known: dict[str, Question] = {}
    for each in units:
        if (course.release / each / f"{each}.ipynb").is_file():
            known |= questions_of(course, each)
    if name in known:
        return known[name]
    if unit and name.isdigit() and 1 <= int(name) <= len(known):
        return list(known.values())[int(name) - 1]
    if not known:
        raise UnknownUnit(
            "Nothing is built or released here, so there are no questions yet. Run 'course build', or 'course release UNIT' "
            "in a class, first."
        )
    numbers = f" 1 to {len(known)}" if unit else ""
    raise UnknownUnit(
        f"No question '{name}'.{did_you_mean(name, known)} The questions are{numbers}: {', '.join(known)}."
    )


def model_answer(course: Course, question: Question) -> tuple[str, str]:
    """(answer, reasoning) of a question; CourseKitError where the key is not here or may not be shown."""
    source = course.source / question.unit / f"{question.unit}.ipynb"
    if not source.is_file() or not course.config.get("CourseKit", {}).get("show_solutions", True):
        raise CourseKitError("Solutions are not shown in this course. Ask your instructor, or take the next hint.")
    cells = {c.metadata.get("nbgrader", {}).get("grade_id"): c for c in notebooks.load(source).cells}
    lines = [
        x for x in cells[question.grade_id].source.splitlines() if BEGIN_SOLUTION not in x and END_SOLUTION not in x
    ]
    told = notebooks.read_exercises(course.manuscript / "assignments" / question.unit / "exercises.yaml")
    return "\n".join(lines), " ".join(str(told.get(question.grade_id, {}).get("reasoning", "")).split())
