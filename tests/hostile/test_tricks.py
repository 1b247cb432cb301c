"""Answers that only look right to a check earn nothing; the right answer to the same check earns its point."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat
import pytest
import yaml
from plain import check, hand_in, notebook, solution, write_course

from coursekit.course import Course
from coursekit.jobs import grade
from coursekit.results import Run

TRICKS: list[dict[str, str]] = yaml.safe_load((Path(__file__).parent / "tricks.yaml").read_text(encoding="utf-8"))


def answered(which: str, marked: bool = False) -> nbformat.NotebookNode:
    """A notebook with this answer to every check; marked: the instructor's."""
    cells = []
    for number, trick in enumerate(TRICKS):
        cells += [solution(f"q{number}", trick[which], marked), check(f"q{number}-check", 1, trick["check"])]
    return notebook(*cells)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    source = answered("right", marked=True)
    root = write_course(tmp_path_factory.mktemp("tricks"), "tricks", source, timeout_seconds=20)
    for which in ("right", "trick"):
        hand_in(root, which, "tricks", answered(which))
    return grade(Course(root), "tricks", workers=2)


def cell(run: Run, student: str, number: int) -> dict[str, Any]:
    row = next(row for row in run.submissions if row["student"] == student)
    found: dict[str, Any] = row["cells"][f"q{number}-check"]
    return found


@pytest.mark.parametrize("number", range(len(TRICKS)), ids=[trick["name"] for trick in TRICKS])
def test_the_right_answer_has_its_point_and_the_trick_has_none(run: Run, number: int) -> None:
    assert cell(run, "right", number)["score"] == 1
    assert cell(run, "trick", number)["score"] == 0
    assert cell(run, "trick", number)["world"] == "reference"


def test_every_check_was_kept_apart(run: Run) -> None:
    assert run.notes == []
