"""What does a student read about the work that was handed in?

For each question what was right, what was not and why, points and comments. Never a hidden check, an expected value or
a traceback: the page is made from what the run told about each check, not from the graded notebook's outputs.
"""

from __future__ import annotations

import json
import re
from html import escape as escape_html
from pathlib import Path
from typing import Any

from coursekit.course import Course
from coursekit.errors import CourseKitError, did_you_mean, printable
from coursekit.report.data import Graded, Mark, Question, digests, read_graded

STATES = {
    "right": "right",
    "partial": "partly right",
    "wrong": "not right yet",
    "unattempted": "not attempted",
    "manual": "marked by a person",
}
TOLD = {**STATES, "waiting": "waits to be marked by a person"}
STYLE = """
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 45rem; margin: 2rem auto; padding: 0 1rem; color: #1a1a1a;
  background: #fff }
section { border-top: 1px solid #999; padding: .5rem 0 }
h2 { font-size: 1.15rem; margin: .5rem 0 } .state { font-weight: bold }
pre { background: #f4f4f4; padding: .75rem; overflow-x: auto; white-space: pre-wrap } .note { background: #fff3d6; padding: .5rem }
figure { margin: 1rem 0 } img { max-width: 100%; height: auto } .wide { overflow-x: auto }
table { border-collapse: collapse } th, td { border: 1px solid #999; padding: .3rem .6rem; text-align: left }
"""


STATE = re.compile(rb'<meta name="course-state" content="(\w+)">')
HEAD = 400  # bytes of a page in which its state stands


def escape(text: str) -> str:
    return escape_html(printable(text))


def feedback(course: Course, assignment: str, students: list[str] | None = None) -> list[Path]:
    """Write a page for every notebook of every graded submission (or of these students); the paths.

    The pages lie where nbgrader looks for feedback, so that 'nbgrader release_feedback' hands them out.
    raises  CourseKitError where nothing was graded, or a student's work was not
    """
    graded = read_graded(course, assignment)
    for student in students or []:
        if student not in graded.rows:
            raise CourseKitError(f"Nothing of '{student}' is graded.{did_you_mean(student, graded.rows)}")
    written = []
    for student in students or sorted(graded.rows):
        folder = course.feedback / student / assignment
        folder.mkdir(parents=True, exist_ok=True)
        for plan in graded.plans:
            path = folder / f"{plan.notebook}.html"
            answers = _answers(course.autograded / student / assignment / f"{plan.notebook}.ipynb")
            told = page(graded, student, plan.notebook, answers)
            if not path.is_file() or path.read_bytes() != told.encode():  # its time says since when it tells this
                path.write_text(told, encoding="utf-8", newline="\n")
            written.append(path)
    return written


def returned(course: Course, assignment: str) -> set[str]:
    """Students whose pages tell what the gradebook holds now. nbgrader's own pages do not say, and count."""
    pages: dict[str, set[str | None]] = {}
    for path in course.feedback.glob(f"*/{assignment}/*.html"):
        pages.setdefault(path.parts[-3], set()).add(_state(path))
    now = digests(course, assignment) if pages else {}
    return {student for student, states in pages.items() if states <= {now.get(student), None}}


def _state(page: Path) -> str | None:
    """The digest that a page of ours was made from; None for a page of nbgrader's."""
    with page.open("rb") as file:
        found = STATE.search(file.read(HEAD))
    return found[1].decode() if found else None


def _answers(path: Path) -> dict[str, str]:
    """The student's own texts by grade id."""
    try:
        cells = json.loads(path.read_bytes())["cells"]
    except (OSError, ValueError, KeyError):
        return {}
    found = {}
    for cell in cells:
        facts = cell["metadata"].get("nbgrader", {})
        if facts.get("solution"):
            found[str(facts["grade_id"])] = str(cell["source"])
    return found


def page(graded: Graded, student: str, notebook: str, answers: dict[str, str]) -> str:
    """One feedback page as HTML."""
    row = graded.rows[student]
    parts = [_question(graded, student, notebook, question, answers) for question in graded.questions[notebook]]
    own = [mark for (place, _), mark in graded.marks_of(student).items() if place == notebook]
    score, most = sum(m.score for m in own), sum(m.max_score for m in own)
    waiting = any(mark.waits for mark in own)
    penalty = graded.penalties.get(student, 0.0)
    notes = []
    if row["status"] == "failed":
        notes += [f'<p class="note">{escape(reason)}</p>' for reason in row["reasons"]]
    if waiting:
        notes.append('<p class="note">Some answers still wait to be marked by a person. Points may change.</p>')
    if penalty:
        notes.append(f"<p>Taken off for lateness: {penalty:g} points.</p>")
    title = f"Feedback: {escape(notebook)}"
    return (
        f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta name="course-state" content="{graded.digest(student)}"><title>{title}</title>'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><style>{STYLE}</style></head>\n'
        f"<body><main><h1>{title}</h1>\n<p>{escape(student)}: <strong>{score:g} of {most:g} points</strong></p>\n"
        + "\n".join([*notes, *parts])
        + "\n</main></body></html>\n"
    )


def _question(graded: Graded, student: str, notebook: str, question: Question, answers: dict[str, str]) -> str:
    lines, states = [], []
    score = most = 0.0
    for grade_id in question.checks:
        cell = graded.rows[student]["cells"].get(graded.key(notebook, grade_id), {})
        mark = graded.marks.get((student, notebook, grade_id))
        score += mark.score if mark else 0.0
        most += mark.max_score if mark else cell.get("max_score", 0.0)
        states.append(_state_of(cell, mark))
        message = str(cell.get("message") or "")
        if message and states[-1] in ("wrong", "partial"):
            name = question.mistakes.get(message)
            known = f" <em>(a known mistake: {escape(name.replace('-', ' '))})</em>" if name else ""
            lines.append(f"<p>{escape(message)}{known}</p>")
        criteria = graded.criteria(student, notebook, grade_id)
        if len(criteria) > 1:
            each = [f"<li>{escape(c.name)}: {c.points:g} of {c.max_points:g}</li>" for c in criteria]
            lines.append(f"<ul>{''.join(each)}</ul>")
    for grade_id in dict.fromkeys([question.grade_id, *question.checks]):
        comment = graded.comments.get((student, notebook, grade_id))
        if comment and comment != "No response.":
            lines.append(f"<p>Comment: {escape(comment)}</p>".replace("\n", "<br>"))
    worst = next((s for s in ("unattempted", "wrong", "partial", "waiting", "manual") if s in states), "right")
    if worst == "wrong" and score:
        worst = "partial"
    answer = answers.get(question.grade_id, "")
    if answer.strip() and worst != "unattempted":
        lines.append(f"<details><summary>Your answer</summary><pre>{escape(answer)}</pre></details>")
    points = f"{most:g} points at most" if worst == "waiting" else f"{score:g} of {most:g} points"
    told = f'<p><span class="state">{TOLD[worst]}</span>, {points}</p>'
    return f"<section><h2>{escape(question.title)}</h2>{told}{''.join(lines)}</section>"


def _state_of(cell: dict[str, Any], mark: Mark | None) -> str:
    """A cell's state as its student is told: a mark given by hand stands above what the run found."""
    state = str(cell.get("state", "wrong"))
    if mark and mark.manual is not None:
        return "manual"
    return "waiting" if state == "manual" and mark and mark.waits else state
