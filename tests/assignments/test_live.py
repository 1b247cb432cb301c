"""Every assignment proves itself as a learner meets it: in a running notebook, question by question.

The same answers go through the grader's two worlds in test_graded.py.
"""

from __future__ import annotations

from typing import Any

import pytest
from proofs import UNITS, Assignment, assignment

from coursekit.exercises import CheckCell, Question, _hidden_lines
from coursekit.learners_help import names_to_give
from coursekit.notebooks import mistakes
from coursekit.verdict import judge


def question_of(this: Assignment, grade_id: str, stub: str = "never run") -> Question:
    checks = [
        CheckCell(c.metadata.nbgrader.grade_id, c.source, float(c.metadata.nbgrader.points), _hidden_lines(c.source))
        for c in this.key.cells
        if c.metadata.get("nbgrader", {}).get("grade_id", "").split("-check")[0] == grade_id
        and c.metadata.nbgrader.grade
        and not c.metadata.nbgrader.solution
    ]
    known = tuple(mistakes(this.exercises, grade_id).values())
    names = tuple(names_to_give(this.cell(grade_id).source, [check.source for check in checks]))
    return Question(grade_id, this.unit, grade_id, stub, names, (), known, tuple(checks), True)


def run(this: Assignment, grade_id: str, answer: str) -> Any:
    """The verdict on an answer, with the read-only cells above it run first."""
    namespace: dict[str, Any] = {"__name__": "__main__"}
    for cell in this.key.cells:
        meta = cell.metadata.get("nbgrader", {})
        if meta.get("grade_id") == grade_id:
            break
        if cell.cell_type == "code" and not meta.get("solution") and not meta.get("grade"):
            exec(compile(cell.source, "<setup>", "exec"), namespace)
    exec(compile(answer, "<answer>", "exec"), namespace)
    return judge(question_of(this, grade_id), namespace, [answer])


QUESTIONS = [(unit, q) for unit in UNITS for q in assignment(unit).auto_questions]
WRONG = [(u, q, w["name"]) for u, q in QUESTIONS for w in assignment(u).exercises[q].get("known_wrong", [])]
OTHER = [(u, q, n) for u, q in QUESTIONS for n in range(len(assignment(u).exercises[q].get("alternatives", [])))]


@pytest.mark.parametrize(("unit", "question"), QUESTIONS)
def test_the_key_is_right(unit: str, question: str) -> None:
    this = assignment(unit)
    verdict = run(this, question, this.cell(question).source)
    assert verdict.state == "right", verdict.message


@pytest.mark.parametrize(("unit", "question", "name"), WRONG)
def test_a_known_mistake_is_told_its_own_message(unit: str, question: str, name: str) -> None:
    this = assignment(unit)
    answer = next(w["answer"] for w in this.exercises[question]["known_wrong"] if w["name"] == name)
    verdict = run(this, question, answer)
    assert (verdict.state, verdict.message) == ("wrong", mistakes(this.exercises, question)[name])


@pytest.mark.parametrize(("unit", "question", "number"), OTHER)
def test_another_right_answer_is_right(unit: str, question: str, number: int) -> None:
    this = assignment(unit)
    verdict = run(this, question, this.exercises[question]["alternatives"][number])
    assert verdict.state == "right", verdict.message


@pytest.mark.parametrize(("unit", "question"), QUESTIONS)
def test_the_untouched_stub_is_unattempted(unit: str, question: str, released: dict[str, Any]) -> None:
    stub = released[unit][question]
    verdict = judge(question_of(assignment(unit), question, stub), {}, [stub])
    assert verdict.state == "unattempted"
