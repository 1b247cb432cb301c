"""What is said of a check that did not pass: to the teacher, and to the student, who must not read a hidden one?"""

from __future__ import annotations

from collections.abc import Callable

from coursekit import slips
from coursekit.worlds.outcome import NEUTRAL
from coursekit.worlds.plan import CheckPlan, Plan, PlanCell
from coursekit.worlds.shell import cell_frames, safe_text
from coursekit.worlds.standins import Unfit


def explain(
    error: BaseException | None, known: PlanCell, check: CheckPlan, stop_of: Callable[[str], str]
) -> tuple[str, bool]:
    """What to say about a failed check, and whether the line that failed is hidden.

    stop_of  what stopped the cell that should have made a name, in words; empty where none stopped
    """
    if error is None:
        return "", bool(known.hidden_lines)
    lines = [number for number, _ in cell_frames(error)]
    hidden = any(line in known.hidden_lines for line in lines) if lines else bool(known.hidden_lines)
    text = safe_text(error)
    if isinstance(error, AssertionError):
        if text:
            return text, hidden
        source = known.source.split("\n")
        line = lines[-1] if lines else 0
        return (f"Not true: {source[line - 1].strip()}" if 0 < line <= len(source) else "A check failed."), hidden
    if isinstance(error, Unfit):
        return text, hidden
    if type(error) is NameError and error.name in check.names:  # the check's own: one out of an answer has no .name
        why = stop_of(error.name)
        return why or f"{text}. Run your answer cell, and keep the name that the question asks for.", hidden
    return slips.stopped(type(error).__name__, text), hidden


def full_traceback(error: BaseException) -> list[str]:
    """For the teacher: only the frames of cells, with the message."""
    frames = cell_frames(error)[-10:]
    return [*(f"line {number}: {line}" for number, line in frames), f"{type(error).__name__}: {safe_text(error)}"]


def fit_for_students(plan: Plan, grade_id: str, message: str, hidden: bool) -> str:
    """A hidden check speaks only in messages that were written for learners."""
    question = grade_id.split("-check")[0]  # help.json speaks of questions; a check is named after its question
    written = [text for text in plan.messages.get(question, []) if text and text in message]
    if written:
        return max(written, key=len)
    return NEUTRAL if hidden else message
