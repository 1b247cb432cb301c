"""Rubrics say what a question is worth."""

from __future__ import annotations

from pathlib import Path

import pytest

from coursekit.course import find_course
from coursekit.rubric import written_questions

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("unit", find_course(ROOT).units)
def test_every_rubric_of_the_course_adds_up_to_its_points(unit: str) -> None:
    for question in written_questions(find_course(ROOT), unit):
        highest = [len(criterion["levels"]) - 1 for criterion in question.criteria]
        assert question.score(list(highest)) == question.points, question.grade_id
        assert question.score([0] * len(highest)) == 0
        for criterion in question.criteria:
            points = [level["points"] for level in criterion["levels"]]
            assert points == sorted(points), (question.grade_id, criterion["name"])
            assert all(set(level) == {"points", "text"} for level in criterion["levels"])
            assert len(points) <= 9  # one number key each
