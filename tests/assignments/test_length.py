"""Each written question says how long its answer should be, in words that 'course check' can read."""

from __future__ import annotations

import pytest
from proofs import ROOT, UNITS, assignment

from coursekit.course import Course
from coursekit.exercises import find_question

WRITTEN = [(unit, question) for unit in UNITS for question in assignment(unit).written_questions]


@pytest.mark.parametrize(("unit", "question"), WRITTEN)
def test_the_length_that_is_asked_is_found(unit: str, question: str) -> None:
    asked = find_question(Course(ROOT), question, unit).words_asked
    assert asked is not None and 50 <= asked[0] < asked[1] <= 1000
