"""The same answers as in test_live.py, through the grader's two worlds: the points that a class would get.

Questions do not depend on each other, so one notebook carries one answer to every question at once.
"""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
from proofs import UNITS, Assignment, assignment

from coursekit.notebooks import dump, mistakes
from coursekit.worlds import CellResult, run_checks


def graded(
    this: Assignment, answers: dict[str, str], stubs: dict[str, str], folder: Path, config: Any
) -> dict[str, CellResult]:
    """Results by check cell of a notebook that gives these answers; other questions are left untouched."""
    key = folder / f"{this.unit}.ipynb"
    if not key.exists():
        key.write_bytes(dump(this.key))
    submitted = copy.deepcopy(this.key)
    for cell in submitted.cells:
        grade_id = cell.metadata.get("nbgrader", {}).get("grade_id", "")
        if grade_id in stubs:
            cell.source = answers.get(grade_id, stubs[grade_id])
    return run_checks(key, dict(submitted), include_hidden=True, config=config)


def of_question(results: dict[str, CellResult], question: str) -> list[CellResult]:
    return [result for grade_id, result in results.items() if grade_id.split("-check")[0] == question]


@pytest.fixture
def grade(
    unit: str, built: dict[str, bytes], released: dict[str, Any], graded_folders: dict[str, Path], course_config: Any
):
    this = assignment(unit)
    folder = graded_folders[unit]
    (folder / "help.json").write_bytes(built[f"solutions/{unit}/help.json"])
    return lambda answers: graded(this, answers, released[unit], folder, course_config)


@pytest.mark.xdist_group("graded")
@pytest.mark.parametrize("unit", UNITS)
class TestGraded:
    def test_the_key_gets_full_marks_in_the_reference_world(self, unit: str, grade) -> None:
        this = assignment(unit)
        results = grade({q: this.cell(q).source for q in this.auto_questions})
        for question in this.auto_questions:
            for result in of_question(results, question):
                assert (result.state, result.world, result.score) == ("right", "reference", result.max_score), question

    def test_untouched_is_unattempted_and_gets_nothing(self, unit: str, grade) -> None:
        results = grade({})
        for question in assignment(unit).auto_questions:
            assert {(r.state, r.score) for r in of_question(results, question)} == {("unattempted", 0.0)}, question

    def test_each_known_mistake_loses_points_and_is_told_its_message(self, unit: str, grade) -> None:
        this = assignment(unit)
        wrong = {q: this.exercises[q]["known_wrong"] for q in this.auto_questions}
        for number in range(max(len(entries) for entries in wrong.values())):
            chosen = {q: entries[number] for q, entries in wrong.items() if number < len(entries)}
            results = grade({q: entry["answer"] for q, entry in chosen.items()})
            for question, entry in chosen.items():
                found = of_question(results, question)
                assert sum(r.score for r in found) < sum(r.max_score for r in found), (question, entry["name"])
                message = mistakes(this.exercises, question)[entry["name"]]
                assert message in [r.message for r in found], (question, entry["name"])

    def test_each_other_right_answer_gets_full_marks(self, unit: str, grade) -> None:
        this = assignment(unit)
        other = {q: this.exercises[q]["alternatives"] for q in this.auto_questions}
        for number in range(max(len(answers) for answers in other.values())):
            results = grade({q: answers[number] for q, answers in other.items() if number < len(answers)})
            for question, answers in other.items():
                if number < len(answers):
                    states = {(r.state, r.message) for r in of_question(results, question)}
                    assert {state for state, _ in states} == {"right"}, (question, number, states)
