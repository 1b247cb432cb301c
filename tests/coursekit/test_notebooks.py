"""Text becomes a notebook and comes back; nothing that an author writes is lost, nothing that students may not see leaves."""

from __future__ import annotations

import json

import nbformat
import pytest

from coursekit import notebooks, release
from coursekit.course import Course
from coursekit.errors import BadManuscript, EditedByHand
from coursekit.learners_help import names_to_give


def solution(course: Course) -> nbformat.NotebookNode:
    return notebooks.load(course.source / "9-try" / "9-try.ipynb")


def test_building_again_changes_nothing(course: Course) -> None:
    assert release.build(course) == []
    assert release.stale_files(course) == []


def test_the_release_has_no_answer_hidden_check_or_rubric(course: Course) -> None:
    told = (course.release / "9-try" / "9-try.ipynb").read_text() + (course.release / "9-try" / "help.json").read_text()
    for secret in (
        "secret_of_the_key",
        "twice(3)",
        "twice(-1.5)",
        "a reason that only markers read",
        "Because two times",
    ):
        assert secret in json.dumps(solution(course)), secret
        assert secret not in told, secret
    assert "YOUR ANSWER HERE" in told
    assert "You added two. Twice means two times." in told  # a known mistake's message is for students


def test_nbgraders_own_release_strips_as_much(course: Course) -> None:
    release.generate(course, "9-try", course.root, register=False)
    assert "a reason that only markers read" not in (course.release / "9-try" / "9-try.ipynb").read_text()


def test_cells_have_the_same_ids_at_every_build(course: Course) -> None:
    ids = [cell["id"] for cell in solution(course).cells]
    assert ids[1:4] == ["try-setup", "try-twice", "try-twice-check"]
    assert len(set(ids)) == len(ids)


def test_an_edit_by_hand_is_not_overwritten(course: Course) -> None:
    path = course.lessons / "0-start.ipynb"
    nb = notebooks.load(path)
    nb.cells[0].source += "\n\nA better sentence."
    path.write_bytes(notebooks.dump(nb))
    (course.manuscript / "lessons" / "0-start.md").write_text("# Other\n")
    with pytest.raises(EditedByHand, match=r"course import course/0-start\.ipynb"):
        release.build(course)
    assert "A better sentence." in path.read_text()


def test_an_edit_is_taken_back_into_the_manuscript(course: Course) -> None:
    path = course.source / "9-try" / "9-try.ipynb"
    nb = notebooks.load(path)
    nb.cells[0].source = "# 9 Try harder"
    nb.cells[1].outputs = [nbformat.v4.new_output("stream", text="noise")]
    path.write_bytes(notebooks.dump(nb))
    manuscript = release.import_edit(course, path)
    text = manuscript.read_text()
    assert "# 9 Try harder" in text
    assert '"@adds-two"' in text
    assert "only markers read" not in text  # the rubric stays in exercises.yaml
    release.build(course)
    assert release.stale_files(course) == []
    assert "noise" not in path.read_text()


def test_a_student_version_is_not_taken_for_the_manuscript(course: Course) -> None:
    with pytest.raises(BadManuscript, match="student version"):
        release.import_edit(course, course.release / "9-try" / "9-try.ipynb")


def test_a_check_that_names_no_known_mistake_is_refused() -> None:
    text = '```{code-cell}\n---\nnbgrader: {grade_id: q-check}\n---\nassert True, "@nowhere"\n```\n'
    with pytest.raises(BadManuscript, match="'@nowhere'"):
        notebooks.build_notebook(text, "x", {"q": {"title": "Q"}})


def test_the_authors_tags_stay_there_and_back() -> None:
    text = "```{code-cell}\n---\nnbgrader: {grade_id: q, solution: true, grade: false}\ntags: [hide-input]\n---\nx = 1\n```\n"
    built = notebooks.build_notebook(text, "x")
    assert built.cells[0].metadata["tags"] == ["hide-input", notebooks.GOES_ON]
    again = notebooks.build_notebook(notebooks.manuscript_of(built), "x")
    assert notebooks.dump(again) == notebooks.dump(built)


@pytest.mark.parametrize(
    ("answer", "check", "names"),
    [
        ("x = 1", "assert x == 1", ["x"]),
        ("a, b = 1, 2\n_c = 3", "assert a + b == 3", ["a", "b"]),
        ("def f():\n    inside = 1\n    return inside", "inside = 1\nassert f() == inside", ["f"]),
        ("total = 0\nfor i in []:\n    total += i", "assert total == 0", ["total"]),
        ("this is not python", "assert x", []),
    ],
)
def test_names_that_an_answer_must_give(answer: str, check: str, names: list[str]) -> None:
    assert names_to_give(answer, [check]) == names
