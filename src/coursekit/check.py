"""How does a learner's notebook stand, question by question?

The visible checks are run; where the key is here (self-learners), the hidden ones too. On Linux this happens in the
grader's worlds, so that the answer is the grader's own. Elsewhere the same checks run in one separate process.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from coursekit import desk, notebooks, progress, repair, slips
from coursekit.answers import answers_in, length
from coursekit.course import Course
from coursekit.errors import BadSubmission
from coursekit.exercises import NEUTRAL, Question, questions_of

MARKS = {"right": "✓", "wrong": "✗", "unattempted": "○", "manual": "·"}
SECONDS_ELSEWHERE = 300


@dataclass(frozen=True)
class Line:
    """How one question stands. state: unattempted, wrong, right or manual; score None where no points are claimed."""

    grade_id: str
    title: str
    state: str
    score: float | None
    max_score: float
    message: str


@dataclass(frozen=True)
class UnitCheck:
    """A whole unit.

    complete    the hidden checks ran too
    repairs     what was put right in the copy that was checked
    remembered  False where the learner's progress could not be saved
    """

    unit: str
    complete: bool
    questions: tuple[Line, ...]
    repairs: tuple[str, ...]
    remembered: bool = True

    @property
    def all_right(self) -> bool:
        return all(line.state in ("right", "manual") for line in self.questions)

    def as_json(self) -> dict[str, Any]:
        return asdict(self) | {"all_right": self.all_right}

    def lines(self) -> list[str]:
        """What a learner reads."""
        said = [f"Put right for this check: {repair}" for repair in self.repairs]
        if self.repairs:
            said.append(f"'course repair {self.unit}' puts your notebook right, and keeps the old one.")
        for number, line in enumerate(self.questions, start=1):
            points = "" if line.score is None else f" ({line.score:g} of {line.max_score:g} points)"
            said.append(f"{MARKS[line.state]} {number}. {line.title}: {_word(line, self.complete)}{points}")
            if line.state != "right" and line.message:
                said.append(f"     {line.message}")
        automatic = [line for line in self.questions if line.state != "manual"]
        right = sum(line.state == "right" for line in automatic)
        said.append(f"{right} of {len(automatic)} questions right{'' if self.complete else ' so far'}.")
        following = next(
            (n for n, line in enumerate(self.questions, 1) if line.state in ("wrong", "unattempted")), None
        )
        if not self.remembered:
            said.append(
                "Your progress could not be saved (is the disk full, or the folder read-only?). The answers stand."
            )
        if following is not None:
            said.append(f"Next: question {following}. A hint: 'course hint {self.unit} {following}'.")
        return said


def _word(line: Line, complete: bool) -> str:
    words = {"unattempted": "not answered yet", "wrong": "not yet", "manual": "a written answer, marked by a person"}
    return words.get(line.state, "right" if complete else "right so far")


def _combine(question: Question, cells: dict[str, dict[str, Any]], answer: str) -> Line:
    """One question out of its check cells: right when all are, and the first message that is not."""
    if not question.checks:
        return Line(question.grade_id, question.title, "manual", None, 0.0, length(question, answer))
    mine = [cells[check.grade_id] for check in question.checks if check.grade_id in cells]
    states = [cell["state"] for cell in mine]
    if states and all(state == "right" for state in states):
        state = "right"
    elif states and all(state == "unattempted" for state in states):
        state = "unattempted"
    else:
        state = "wrong"
    score = sum(float(cell["score"]) for cell in mine) if question.complete else None
    message = next((cell["message"] for cell in mine if cell["state"] != "right"), "")
    return Line(question.grade_id, question.title, state, score, question.points, message)


@dataclass(frozen=True)
class _Found:
    """What a run of the notebook gave: its check cells by grade_id, its answers by grade_id, and repairs."""

    cells: dict[str, dict[str, Any]]
    answers: dict[str, str]
    repairs: list[str]


def _taught(question: Question, cell: dict[str, Any], answer: str) -> dict[str, Any]:
    """A check cell's result out of the grader's worlds, with what check() in a notebook would say."""
    if cell["state"] in ("right", "unattempted"):
        return cell
    unread = slips.about_unread(question.names, [answer])
    if unread:
        return {**cell, "state": "unattempted", "message": unread}
    shown = f"{NEUTRAL} {cell['stopped']}" if cell["message"] == NEUTRAL and cell["stopped"] else cell["message"]
    return {**cell, "message": shown + slips.about_return(answer, question.names)}


def _in_worlds(course: Course, unit: str, path: Path, complete: bool) -> _Found:
    """The notebook run in the grader's worlds."""
    from coursekit import sandbox
    from coursekit.worlds import grade_notebook

    source = (course.source if complete else course.release) / unit / f"{unit}.ipynb"
    walls = sandbox.choose(trust_submissions=True)  # the learner's own code on the learner's own machine
    result = grade_notebook(source, path, include_hidden=complete, config=course.config, walls=walls)
    if result.get("failed"):
        unreadable = "notebook" in result and not result["notebook"]
        why = repair.to_learner(result["failed"], unit) if unreadable else result["failed"]
        raise BadSubmission(f"{path.name} could not be checked: {why}")
    answers, cells = answers_in(result["notebook"]), dict(result["cells"])
    for question in questions_of(course, unit).values():
        for check in question.checks:
            cells[check.grade_id] = _taught(question, cells[check.grade_id], answers.get(question.grade_id, ""))
    return _Found(cells, answers, result["repairs"])


def _elsewhere(course: Course, unit: str, path: Path) -> _Found:
    """The same from one separate Python process, for systems that the grader's worlds do not run on."""
    notebook, repairs = repair.mended(path, course.release / unit / f"{unit}.ipynb", course.config)
    command = [sys.executable, "-m", "coursekit.check_alone", str(course.root), unit]
    given = notebooks.dump(notebook)
    try:
        done = subprocess.run(command, cwd=path.parent, input=given, capture_output=True, timeout=SECONDS_ELSEWHERE)
    except subprocess.TimeoutExpired as error:
        raise BadSubmission(
            f"Checking {path.name} took over {SECONDS_ELSEWHERE} s. Look for a loop that never ends."
        ) from error
    if done.returncode != 0 or not done.stdout.strip():
        last = (done.stderr.decode("utf-8", "replace").strip().splitlines() or ["its code ended Python"])[-1]
        raise BadSubmission(
            f"{path.name} could not be checked: {last.rstrip('.')}. Look at the cell that you changed last."
        )
    return _Found(json.loads(done.stdout.splitlines()[-1]), answers_in(notebook), repairs)


def check_unit(course: Course, unit: str) -> UnitCheck:
    """Check the learner's copy of a unit (it is made when there is none) and remember how it stands.

    raises BadSubmission when the notebook cannot be read or run at all
    """
    path = desk.notebook(course, unit)
    questions = questions_of(course, unit)
    complete = any(question.complete for question in questions.values())
    if sys.platform == "linux":
        found = _in_worlds(course, unit, path, complete)
    else:
        found = _elsewhere(course, unit, path)
    lines = tuple(_combine(q, found.cells, found.answers.get(q.grade_id, q.stub)) for q in questions.values())
    return UnitCheck(unit, complete, lines, tuple(found.repairs), _remember(course, lines))


def _remember(course: Course, lines: tuple[Line, ...]) -> bool:
    """Whether the learner's progress could be saved."""
    try:
        for line in lines:
            if line.state in ("right", "wrong"):
                progress.record(course, line.grade_id, line.state, line.score, line.max_score)
    except OSError:
        return False
    return True
