"""What students get holds no answer, and every assignment keeps the course's promises about size and help."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from proofs import ROOT, UNITS, assignment

from coursekit.bundle import make_bundle
from coursekit.course import find_course
from coursekit.release import built_files, stale_files


def hidden_texts(unit: str) -> list[str]:
    """Every line of answer, hidden check and rubric of a unit that would give something away."""
    this = assignment(unit)
    lines = []
    for cell in this.key.cells:
        for kind in ("SOLUTION", "HIDDEN TESTS", "MARK SCHEME"):
            for region in re.findall(rf"### BEGIN {kind}\n(.*?)### END {kind}", cell.source, flags=re.S):
                lines += [line.strip() for line in region.splitlines() if len(line.strip()) > 25]
    return lines


@pytest.mark.parametrize("unit", UNITS)
def test_nothing_hidden_is_released(unit: str, built: dict[str, bytes]) -> None:
    visible = {
        line.strip()
        for cell in assignment(unit).key.cells
        for line in re.sub(
            r"### BEGIN (SOLUTION|HIDDEN TESTS|MARK SCHEME)\n.*?### END \1", "", cell.source, flags=re.S
        ).splitlines()
    }
    released = json.loads(built[f"assignments/{unit}/{unit}.ipynb"])
    told = "\n".join("".join(cell["source"]) for cell in released["cells"]) + json.dumps(released["metadata"])
    leaked = [line for line in hidden_texts(unit) if line in told and line not in visible]
    assert leaked == []
    assert "rubric" not in {key for cell in released["cells"] for key in cell["metadata"]}


@pytest.mark.parametrize("unit", UNITS)
def test_a_written_question_says_what_counts_and_for_how_much(unit: str, released: dict[str, Any]) -> None:
    this = assignment(unit)
    for question in this.written_questions:
        told = released[unit][f"{question}-rubric"]
        for criterion in this.exercises[question]["rubric"]["criteria"]:
            assert f"{criterion['name']}, {max(level['points'] for level in criterion['levels'])} point" in told
            assert not any(level["text"] in told for level in criterion["levels"])


@pytest.mark.parametrize("unit", UNITS)
def test_points_and_questions_are_as_promised(unit: str) -> None:
    this = assignment(unit)
    points = {c.metadata.nbgrader.grade_id: c.metadata.nbgrader.points for c in this.key.cells
              if c.metadata.get("nbgrader", {}).get("grade")}  # fmt: skip
    automatic = sum(p for g, p in points.items() if g not in this.written_questions)
    together = sum(points.values())
    promise = f"**{together} points: {automatic} are checked at once, {together - automatic} are marked by a person.**"
    assert promise in this.key.cells[0].source
    assert 20 <= together <= 30
    assert together == 24 or unit != "3-tiers"
    assert automatic >= 12
    drawn = [question for question in this.auto_questions if "new_axes(" in this.cell(question).source]
    assert len(drawn) == 1
    assert 5 <= len(this.auto_questions) - len(drawn) <= 6
    assert 1 <= len(this.written_questions) <= 2


@pytest.mark.parametrize("unit", UNITS)
def test_every_question_helps(unit: str) -> None:
    this = assignment(unit)
    for question in this.auto_questions:
        entry: dict[str, Any] = this.exercises[question]
        assert len(entry["hints"]) == 3, question
        assert entry["reasoning"].strip(), question
        assert len(entry["known_wrong"]) >= 3, question
        assert len(entry["alternatives"]) >= 2, question
        messages = [w["message"] for w in entry["known_wrong"]]
        told = [*entry["hints"], entry["reasoning"], *messages]
        assert not any(re.search(r"\w\([^)]*[“”‘]", each) for each in told), f"{question}: Python has straight quotes"
        assert len(set(messages)) == len(messages), question
    for question in this.written_questions:
        rubric = this.exercises[question]["rubric"]
        best = sum(max(level["points"] for level in criterion["levels"]) for criterion in rubric["criteria"])
        assert best == this.cell(question).metadata.nbgrader.points, question
        assert all(len(criterion["levels"]) >= 2 for criterion in rubric["criteria"]), question
        assert len(rubric["comments"]) >= 3, question


def test_built_files_are_up_to_date() -> None:
    assert stale_files(find_course(ROOT)) == []


def test_a_bundle_of_all_units_can_be_made(tmp_path: Path) -> None:
    files, searched = make_bundle(find_course(ROOT), tmp_path / "for-students.zip")
    assert files > 100
    assert searched > 100


def test_building_twice_gives_the_same_bytes(built: dict[str, bytes]) -> None:
    assert built_files(find_course(Path(ROOT))) == built
