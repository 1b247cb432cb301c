"""Each written question says how long its answer should be, in words that 'course check' can read; its model answer keeps to it."""

from __future__ import annotations

import re

import pytest
from proofs import ROOT, UNITS, assignment

from coursekit.answers import word_count
from coursekit.course import Course
from coursekit.exercises import find_question

WRITTEN = [(unit, question) for unit in UNITS for question in assignment(unit).written_questions]


@pytest.mark.parametrize(("unit", "question"), WRITTEN)
def test_the_length_that_is_asked_is_found(unit: str, question: str) -> None:
    asked = find_question(Course(ROOT), question, unit).words_asked
    assert asked is not None and 50 <= asked[0] < asked[1] <= 1000


@pytest.mark.parametrize(("unit", "question"), WRITTEN)
def test_the_model_answer_has_the_length_that_is_asked(unit: str, question: str) -> None:
    asked = find_question(Course(ROOT), question, unit).words_asked
    answer = re.search(r"### BEGIN SOLUTION(.*)### END SOLUTION", assignment(unit).cell(question).source, re.DOTALL)
    assert asked is not None and answer is not None
    assert asked[0] <= word_count(answer[1]) <= asked[1]
