"""Run a notebook and its checks in this one process and print the results as JSON: course check without worlds.

    python -m coursekit.check_alone COURSE UNIT < NOTEBOOK

For a learner's own notebook on a system where the grader does not run. It protects nobody from anybody.
"""

from __future__ import annotations

import io
import json
import os
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from coursekit import slips
from coursekit.answers import answers_in, is_empty
from coursekit.course import Course
from coursekit.exercises import questions_of
from coursekit.verdict import NOT_RUN, judge
from coursekit.worlds.shell import make_shell, run_cell, safe_text


def results(course: Course, unit: str, notebook: NotebookNode) -> dict[str, dict[str, Any]]:
    """Each check cell's result, by grade id, in the form that the grader's worlds give."""
    os.environ.setdefault("MPLBACKEND", "Agg")
    shell = make_shell()  # as in the grader's worlds: magics, and code that waits outside of a function
    answers = answers_in(notebook)
    stops: dict[str, str] = {}
    checks = {check.grade_id for question in questions_of(course, unit).values() for check in question.checks}
    for cell in notebook.cells:
        grade_id = cell.metadata.get("nbgrader", {}).get("grade_id", "")
        if cell.cell_type != "code" or grade_id in checks:
            continue
        error = run_cell(shell, cell.source).error
        if error is not None:  # one broken cell does not spoil the others; its own check will say what is missing
            stops[grade_id] = slips.stopped(type(error).__name__, safe_text(error))
    found = {}
    for question in questions_of(course, unit).values():
        answer = answers.get(question.grade_id, question.stub)
        verdict = judge(question, shell.user_ns, [answer])
        said = "" if is_empty(question, answer) else verdict.message
        state = verdict.state
        if question.grade_id in stops and said.startswith(NOT_RUN):
            state, said = "wrong", stops[question.grade_id]
        for check in question.checks:
            score = check.points if state == "right" else 0.0
            found[check.grade_id] = {"state": state, "score": score, "message": said}
    return found


def main(words: list[str]) -> None:
    root, unit = words
    notebook = nbformat.reads(sys.stdin.buffer.read().decode("utf-8"), as_version=4)
    with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
        found = results(Course(Path(root)), unit, notebook)
    print(json.dumps(found))


if __name__ == "__main__":
    main(sys.argv[1:])
