"""Two markers are compared where both have marked, by Cohen's kappa."""

from __future__ import annotations

import json

import numpy as np
import pytest
from handmarked import UNIT, grade_by_hand, grade_of, id_of
from terminal import Terminal

from coursekit import notebooks
from coursekit.agreement import agreement, kappa, linear
from coursekit.course import Course
from coursekit.errors import CourseKitError
from coursekit.marking import Marking


def test_a_second_marker_is_blind_and_changes_no_points(answered: Course) -> None:
    first, second = Marking(answered, UNIT, "Mo"), Marking(answered, UNIT, "Jo", "second")
    for student, level in {"ada": 1, "ben": 0, "cem": 1}.items():
        first.save(id_of(first, student), [level], "seen by the first")
    assert "seen by the first" not in json.dumps(second.state()["answers"])
    for student, level in {"ada": 1, "ben": 0, "cem": 0}.items():
        second.save(id_of(second, student), [level], "")
    assert grade_of(answered, "cem")[0] == 2.0
    found = agreement(answered, UNIT)
    (criterion,) = found.criteria
    assert (criterion.answers, criterion.same) == (3, 2)
    assert criterion.plain == pytest.approx(0.4)  # 2/3 seen, 4/9 by chance
    assert [(d.student, d.first, d.second) for d in found.differences] == [("cem", 2.0, 0.0)]


def test_the_comparison_for_scripts_is_plain_ascii(answered: Course, terminal: Terminal) -> None:
    grade_by_hand(answered, "李", "Because it is so.")
    for role, level in (("first", 1), ("second", 0)):
        desk = Marking(answered, UNIT, "Mo", role)
        desk.save(id_of(desk, "李"), [level], "")
    said = terminal("agreement", "try", "--json", "--course-dir", answered.root)
    assert said.isascii() and json.loads(said)["differences"][0]["student"] == "李"


def test_marks_by_an_older_rubric_are_not_compared_and_can_be_given_anew(answered: Course, terminal: Terminal) -> None:
    first, second = Marking(answered, UNIT, "Mo"), Marking(answered, UNIT, "Jo", "second")
    for desk in (first, second):
        desk.save(id_of(desk, "ada"), [1], "")
    path = answered.source / UNIT / f"{UNIT}.ipynb"
    nb = notebooks.load(path)
    for cell in nb.cells:
        if "rubric" in cell.metadata:
            cell.metadata["rubric"]["criteria"] *= 2
    path.write_bytes(notebooks.dump(nb))
    assert "No answer of '9-try' has two marks yet" in terminal(
        "agreement", "try", "--course-dir", answered.root, status=2
    )
    for role, done in (("first", True), ("second", False)):  # the first one's points stand in the gradebook
        desk = Marking(answered, UNIT, "Mo", role)
        shown = next(a for a in desk.state()["answers"] if a["id"] == id_of(desk, "ada"))
        assert (shown["levels"], shown["done"]) == ([None, None], done)


def test_no_answer_with_two_marks_is_one_clear_sentence(answered: Course) -> None:
    with pytest.raises(CourseKitError, match="'course mark 9-try --second'"):
        agreement(answered, UNIT)


def test_kappa_of_cohens_own_example() -> None:
    """Cohen 1968, Psychological Bulletin 70(4): kappa .492, weighted kappa .348 with the weights given there."""
    shares = np.array([[0.44, 0.07, 0.09], [0.05, 0.20, 0.05], [0.01, 0.03, 0.06]])
    weights = np.array([[0, 1, 3], [1, 0, 6], [3, 6, 0]])
    assert kappa(shares) == pytest.approx(0.492, abs=5e-4)
    assert kappa(shares, weights) == pytest.approx(0.348, abs=5e-4)


def test_kappa_at_its_ends() -> None:
    assert kappa(np.diag([3, 4, 5]), linear(3)) == 1.0
    assert kappa(np.outer([1, 2, 3], [2, 2, 2]), linear(3)) == pytest.approx(0.0)
    assert kappa(np.diag([7, 0])) is None
    near, far = np.array([[5, 1, 0], [0, 5, 0], [0, 0, 5]]), np.array([[5, 0, 1], [0, 5, 0], [0, 0, 5]])
    assert kappa(near, linear(3)) > kappa(far, linear(3))
