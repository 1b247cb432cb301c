"""How does an answer stand, given the names and cells of a notebook?

Unattempted, wrong or right, with a sentence that helps. The checks are run here, beside the answer: for a learner alone,
in a running notebook or in a terminal. Marks are given elsewhere: by 'course grade', in another process.
"""

from __future__ import annotations

import html
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from coursekit.exercises import NEUTRAL, CheckCell, Question
from coursekit.learners_help import defined_names
from coursekit.slips import about_return, about_unread, stopped

COLOURS = {"right": "#0072B2", "wrong": "#B34700", "unattempted": "#595959"}
NOT_RUN = "Run your answer cell first"
WORDS = {"right": "✓ Right", "wrong": "✗ Not yet", "unattempted": "○ Not answered yet"}


@dataclass(frozen=True)
class Verdict:
    """How one question stands: 'unattempted', 'wrong' or 'right', and a sentence that helps."""

    question: Question
    state: str
    message: str

    def _repr_html_(self) -> str:
        colour = COLOURS[self.state]
        return (
            f'<div role="status" style="border-left:4px solid {colour};padding:0.3em 0.8em;line-height:1.5">'
            f"<strong>{WORDS[self.state]}: {html.escape(self._heading)}</strong> {html.escape(self.message)}</div>"
        )

    @property
    def _heading(self) -> str:
        return self.question.title if self.question.title.endswith("?") else f"{self.question.title}."

    def __repr__(self) -> str:
        return f"{WORDS[self.state]}: {self._heading} {self.message}"


def _last_run(names: tuple[str, ...], history: list[str]) -> str | None:
    """The cell, as last run, that gave one of these names; None when none did."""
    for source in reversed(history):
        if set(names) & set(defined_names(source)):
            return source
    return None


def _failing_line(error: BaseException, filename: str) -> int:
    """The line of the check cell in which it stopped."""
    line, trace = 0, error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == filename:
            line = trace.tb_lineno
        trace = trace.tb_next
    return line


def _run(question: Question, check_cell: CheckCell, namespace: dict[str, Any]) -> str | None:
    """Why the check does not pass, in words for a learner; None when it passes."""
    filename = f"<check {check_cell.grade_id}>"
    try:
        exec(compile(check_cell.source, filename, "exec"), namespace)
    except AssertionError as error:
        message = str(error) or "This check did not pass."
        return message if question.may_be_shown(message, _failing_line(error, filename), check_cell) else NEUTRAL
    except Exception as error:
        hidden = _failing_line(error, filename) in check_cell.hidden_lines
        told = stopped(type(error).__name__, str(error), hidden=hidden)
        return f"{NEUTRAL} {told}" if hidden else told
    return None


def judge(question: Question, namespace: Mapping[str, Any], history: list[str]) -> Verdict:
    """How the question stands, given the names and the cells of a running notebook.

    namespace  names and values; it is copied, a check changes nothing
    history    sources of the cells that were run, oldest first
    """
    if not question.checks:
        return Verdict(question, "unattempted", "This is a written answer: a person marks it, with a rubric.")
    unread = about_unread(question.names, history)
    if unread:
        return Verdict(question, "unattempted", unread)
    ran = _last_run(question.names, history)
    missing = [name for name in question.names if name not in namespace]
    if ran is not None and ran.strip() == question.stub.strip():
        return Verdict(
            question, "unattempted", "Your cell is still as it came. Write your answer and run it (Shift+Enter)."
        )
    if missing:
        return Verdict(question, "unattempted", f"{NOT_RUN}: it should define {', '.join(missing)}.")
    for check_cell in question.checks:
        why = _run(question, check_cell, dict(namespace))
        if why is not None:
            return Verdict(question, "wrong", why + about_return(ran, question.names))
    if question.complete:
        return Verdict(question, "right", "All checks pass.")
    return Verdict(question, "right", "Right so far. Your instructor's checks may try other inputs of the same kind.")
