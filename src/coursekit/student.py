"""What a notebook may use: quick questions, checks, hints, solutions on request, progress.

    from coursekit.student import check, hint, quick

`check("tiers-clock")` looks at the answer as it stands in the running notebook and answers at once, for this question
only. It tells unattempted, wrong and right apart. Marks are given elsewhere: by 'course grade', in another process.
"""

from __future__ import annotations

import html
import sys
from pathlib import Path
from typing import Any

from coursekit import progress as ledger
from coursekit.course import Course, find_course
from coursekit.errors import CourseKitError
from coursekit.exercises import Question, find_question, model_answer, questions_of
from coursekit.quick import quick
from coursekit.verdict import Verdict, judge

__all__ = ["Verdict", "check", "hint", "progress", "quick", "solution"]


def _course() -> Course:
    return find_course(Path.cwd())


def _shell() -> Any:
    from IPython import get_ipython

    shell = get_ipython()
    if shell is None:
        raise CourseKitError("check() works inside a notebook. In a terminal, type: course check UNIT")
    return shell


def _being_graded() -> bool:
    """True where a grader runs the notebook: its own checks follow, and nothing is to be said or remembered."""
    from IPython import get_ipython

    shell = get_ipython()
    if shell is not None and getattr(shell, "kernel", None) is None:
        return True  # no page is listening: the grader's worlds, or a script
    try:
        course = _course()
    except CourseKitError:
        return False
    here = Path.cwd().resolve()
    return any(place.resolve() in (here, *here.parents) for place in (course.submitted, course.autograded))


def _say(sentence: str) -> None:
    print(sentence, file=sys.stdout)


def check(name: str | None = None) -> Verdict | None:
    """Check one question of the notebook that is running, or all of them when no name is given.

    name  the question's name, for example "tiers-clock"
    """
    if _being_graded():
        return None
    try:
        course, shell = _course(), _shell()
        if course.release.resolve() in Path.cwd().resolve().parents:
            raise CourseKitError(
                "This notebook is the course's own copy. Answer in yours: type 'course lab' in a terminal and open the "
                f"assignment there (folder {course.work.name}/)."
            )
        history = [str(source) for source in shell.user_ns.get("In", [])]
        if name is None:
            _check_all(course, shell, history)
            return None
        verdict = judge(find_question(course, name), shell.user_ns, history)
        _remember(course, verdict)
        return verdict
    except CourseKitError as error:
        _say(str(error))
        return None


def _check_all(course: Course, shell: Any, history: list[str]) -> None:
    from IPython.display import display

    unit = Path.cwd().name
    if unit not in course.units:
        raise CourseKitError('Say which question: check("tiers-clock"). The name stands above each question.')
    for question in questions_of(course, unit).values():
        if question.checks:
            verdict = judge(question, shell.user_ns, history)
            _remember(course, verdict)
            display(verdict)


def _remember(course: Course, verdict: Verdict) -> None:
    question = verdict.question
    if question.checks and verdict.state != "unattempted":
        score = None if not question.complete else (question.points if verdict.state == "right" else 0.0)
        try:
            ledger.record(course, question.grade_id, verdict.state, score, question.points)
        except OSError:
            _say(
                "Your progress could not be saved (is the disk full, or the folder read-only?). The answer above stands."
            )


def hint(name: str) -> None:
    """Show the next hint of a question, below those before: a nudge, then the method, then nearly the answer."""
    try:
        course = _course()
        question = find_question(course, name)
        _say(next_hint(course, question))
    except CourseKitError as error:
        _say(str(error))


def next_hint(course: Course, question: Question) -> str:
    """The hints so far, the newest last, each on a line of its own; after the last nothing is added."""
    if not question.hints:
        return f"There are no hints for '{question.title}'."
    number = ledger.next_hint(course, question.grade_id, len(question.hints))
    shown = enumerate(question.hints[: number + 1], start=1)
    return "\n".join(f"Hint {place} of {len(question.hints)}: {hint}" for place, hint in shown)


def solution(name: str) -> Any:
    """Offer the reasoned solution of a question: a button that asks once more before it shows anything."""
    import ipywidgets as w

    try:
        course = _course()
        question = find_question(course, name)
        answer, reasoning = model_answer(course, question)
    except CourseKitError as error:
        _say(str(error))
        return None
    button = w.Button(description="Show the solution", layout={"width": "auto"})
    shown = w.HTML()

    def click(_: Any) -> None:
        if button.description == "Show the solution":
            button.description = "Yes, really show it"
            shown.value = "<p>Have you tried a hint? Click once more to see the whole answer.</p>"
        else:
            shown.value = f"<pre>{html.escape(answer)}</pre><p>{html.escape(reasoning)}</p>"

    button.on_click(click)
    return w.VBox([button, shown])


class Progress:
    """The table of units that progress() shows."""

    def __init__(self, rows: list[ledger.UnitProgress]) -> None:
        self.rows = rows

    def _repr_html_(self) -> str:
        left = 'style="text-align:left"'
        head = "".join(
            f'<th scope="col" {left}>{h}</th>' for h in ("Assignment", "Done", "Tried", "Open", "Points so far")
        )
        body = "".join(
            f'<tr><th scope="row" {left}>{_link(r)}</th><td>{r.done}</td><td>{r.tried}</td>'
            f"<td>{r.open}</td><td>{_points(r)}</td></tr>"
            for r in self.rows
        )
        following = next((r for r in self.rows if r.open or r.tried), None)
        said = f"Next: {_link(following)}." if following else "All questions are done."
        return (
            f"<table><caption {left}>Your progress (kept on this machine only)</caption>"
            f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table><p>{said}</p>"
        )

    def __repr__(self) -> str:
        return "\n".join(
            f"{r.unit}: {r.done} done, {r.tried} tried, {r.open} open; points {_points(r)}" for r in self.rows
        )


def _link(row: ledger.UnitProgress) -> str:
    """The assignment's title as a link that works from a lesson and from another assignment's folder alike."""
    depth = "../" if Path.cwd().name == "course" else "../../"
    title = html.escape(row.title.removesuffix(": assignment"))
    return f'<a href="{depth}assignments/{row.unit}/{row.unit}.ipynb">{title}</a>'


def _points(row: ledger.UnitProgress) -> str:
    return "not counted yet" if row.points is None else f"{row.points:g} of {row.max_points:g}"


def progress() -> Progress | None:
    """Show every unit with what is done, tried and open."""
    try:
        return Progress(ledger.of_units(_course()))
    except CourseKitError as error:
        _say(str(error))
        return None
