"""Marks given by hand: by rubric, without names, into nbgrader's gradebook, and they stand."""

from __future__ import annotations

import json

import pytest
from handmarked import STUDENTS, UNIT, grade_by_hand, grade_of, id_of

from coursekit import classroom, marking
from coursekit.course import Course
from coursekit.errors import CourseKitError, UnknownUnit
from coursekit.gradebook import open_book
from coursekit.marking import Marking, confirm_unchanged


def test_a_mark_lands_in_the_gradebook(answered: Course) -> None:
    desk = Marking(answered, UNIT, "Mo")
    assert desk.save(id_of(desk, "ada"), [1], "Good.") == 2.0
    assert grade_of(answered, "ada") == (2.0, False, "Good.")
    assert grade_of(answered, "ben") == (None, True, None)
    (row,) = classroom.status(answered)
    assert (row.graded, row.to_mark) == (3, 2)


def test_an_open_criterion_is_kept_but_is_no_mark(answered: Course) -> None:
    desk = Marking(answered, UNIT, "Mo")
    assert desk.save(id_of(desk, "ben"), [None], "Think about it.") is None
    assert grade_of(answered, "ben") == (None, True, "Think about it.")


def test_the_page_knows_no_names(answered: Course) -> None:
    desk = Marking(answered, UNIT, "Mo")
    told = json.dumps(desk.state())
    assert not [name for name in ("ada", "ben", "cem", "Ada A") if name in told]
    assert desk.name_of(id_of(desk, "ada")) == "Ada A (ada)"


def test_the_order_is_the_same_every_time_and_not_the_rosters(answered: Course) -> None:
    for student in (f"s{n}" for n in range(12)):
        grade_by_hand(answered, student, "An answer.")
    orders = {role: [a.student for a in Marking(answered, UNIT, "Mo", role).answers()] for role in marking.ROLES}
    assert orders["first"] == [a.student for a in Marking(answered, UNIT, "Mo").answers()]
    assert orders["first"] != sorted(orders["first"])
    assert orders["first"] != orders["second"]


def test_a_mark_survives_a_regrade_and_asks_again_only_for_a_new_answer(answered: Course) -> None:
    desk = Marking(answered, UNIT, "Mo")
    for student in ("ada", "ben"):
        desk.save(id_of(desk, student), [1], "")
    grade_by_hand(answered, "ada", STUDENTS["ada"])
    grade_by_hand(answered, "ben", "Another answer.")
    assert [grade_of(answered, s)[:2] for s in ("ada", "ben")] == [(2.0, True), (2.0, True)]
    assert confirm_unchanged(answered, UNIT) == 1
    assert [grade_of(answered, s)[:2] for s in ("ada", "ben")] == [(2.0, False), (2.0, True)]


def test_a_mark_changed_in_formgrader_is_shown_as_such(answered: Course) -> None:
    desk = Marking(answered, UNIT, "Mo")
    desk.save(id_of(desk, "cem"), [1], "")
    with open_book(answered) as book:
        book.find_grade("try-why", UNIT, UNIT, "cem").manual_score = 0.5
        book.db.commit()
    shown = next(a for a in desk.state()["answers"] if a["id"] == id_of(desk, "cem"))
    assert (shown["score"], shown["levels"], shown["done"]) == (0.5, [None], True)


@pytest.mark.parametrize(
    ("levels", "says"), [([5], "levels 1 to 2, not 6"), ([-1], "levels 1 to 2"), ([1, 1], "1 criteria, but 2")]
)
def test_a_level_that_there_is_not(answered: Course, levels: list[int], says: str) -> None:
    desk = Marking(answered, UNIT, "Mo")
    with pytest.raises(CourseKitError, match=says):
        desk.save(id_of(desk, "ada"), list(levels), "")
    assert grade_of(answered, "ada") == (None, True, None)


def test_an_unknown_answer_and_an_ungraded_unit(answered: Course) -> None:
    with pytest.raises(UnknownUnit, match="Load the page again"):
        Marking(answered, UNIT, "Mo").save("ffff", [1], "")
    with open_book(answered) as book:
        for student in STUDENTS:
            book.remove_submission(UNIT, student)
    with pytest.raises(CourseKitError, match="Nothing is graded for '9-try' yet"):
        Marking(answered, UNIT, "Mo").answers()
