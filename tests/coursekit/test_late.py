"""Late days, extensions and what they cost."""

from __future__ import annotations

import datetime as dt

import pytest
from handmarked import UNIT, id_of

from coursekit import late
from coursekit.automatic import AutomaticMarks, NotebookMarks
from coursekit.class_files import extensions_file
from coursekit.course import Course
from coursekit.errors import CourseKitError
from coursekit.gradebook import open_book
from coursekit.handed_in import read_plans
from coursekit.marking import Marking


def test_late_days_grace_extension_and_marks_by_hand(answered: Course) -> None:
    config = answered.config
    config.AssignLatePenalties.plugin_class = "coursekit.late.LateDays"
    config.LateDays.days_of_grace, config.LateDays.penalty_share_per_day = 1.0, 0.25
    late.set_due(answered, UNIT, dt.datetime(2027, 2, 1, 12))
    with AutomaticMarks(answered, UNIT) as book:
        book.register(read_plans(answered, UNIT))
        for student, day in {"ada": 1, "ben": 2, "cem": 4}.items():
            marks = {UNIT: NotebookMarks({"try-twice-check": 4.0, "try-why": None})}
            book.write(student, marks, dt.datetime(2027, 2, day, 11, 59))
    late.settle(answered, UNIT)
    assert penalties(answered) == {"ada": 0.0, "ben": 0.0, "cem": 2.0}  # 2 days counted of 3 late: half of 4
    desk = Marking(answered, UNIT, "Mo")
    desk.save(id_of(desk, "cem"), [1], "")
    late.settle(answered, UNIT)
    assert penalties(answered)["cem"] == 3.0
    late.extend(answered, UNIT, "cem", dt.datetime(2027, 2, 3, 12))
    assert penalties(answered)["cem"] == 0.0
    late.extend(answered, UNIT, "cem", dt.datetime(2027, 2, 2, 12))
    assert penalties(answered)["cem"] == 1.5


def penalties(made: Course) -> dict[str, float]:
    with open_book(made) as book:
        return {s.student_id: float(s.late_submission_penalty or 0) for s in book.assignment_submissions(UNIT)}


def test_an_extension_needs_a_student_and_a_later_day(answered: Course) -> None:
    with pytest.raises(CourseKitError, match="has no due date"):
        late.extend(answered, UNIT, "ada", dt.datetime(2027, 2, 1))
    late.set_due(answered, UNIT, dt.datetime(2027, 2, 1))
    with pytest.raises(CourseKitError, match="Did you mean ada"):
        late.extend(answered, UNIT, "adda", dt.datetime(2027, 2, 2))
    with pytest.raises(CourseKitError, match="before the due date"):
        late.extend(answered, UNIT, "ada", dt.datetime(2027, 1, 2))


@pytest.mark.parametrize(
    "text", ['{"9-try": {', "[1]", "[]", "\udcff"], ids=["half a file", "a list", "an empty list", "not UTF-8"]
)
def test_extensions_that_cannot_be_read_are_one_clear_sentence(answered: Course, text: str) -> None:
    extensions_file(answered).write_text(text, encoding="utf-8", errors="surrogateescape")
    with pytest.raises(CourseKitError, match=r"extensions\.json cannot be read .* Mend the file"):
        late.settle(answered, UNIT)
