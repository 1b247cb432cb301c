"""A notebook that another editor spoiled is put right; every answer and every cell of the learner's own is kept."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from coursekit import desk, notebooks, release
from coursekit.check import check_unit
from coursekit.course import Course
from coursekit.errors import CourseKitError
from coursekit.repair import repair

UNIT = "9-try"
NOW = dt.datetime(2027, 1, 2, 3, 4, 5, tzinfo=dt.UTC)
ANSWER = "def twice(x):\n    return x + x"
Cells = list[dict[str, Any]]


@pytest.fixture
def mine(course: Course) -> Path:
    """The learner's notebook with an answer, a written answer and a cell of their own."""
    path = desk.notebook(course, UNIT)
    nb = json.loads(path.read_text(encoding="utf-8"))
    for place, cell in enumerate(list(nb["cells"])):
        if name_of(cell) == "try-twice":
            cell["source"] = ANSWER
            own = {
                "cell_type": "code",
                "id": "x1",
                "metadata": {},
                "source": "twice(21)",
                "outputs": [],
                "execution_count": 1,
            }
            nb["cells"].insert(place + 1, own)
        if name_of(cell) == "try-why":
            cell["source"] = "Because."
    path.write_text(json.dumps(nb), encoding="utf-8")
    return path


def name_of(cell: dict[str, Any]) -> str:
    return str(cell["metadata"].get("nbgrader", {}).get("grade_id", ""))


def strip_everything(cells: Cells) -> Cells:
    for cell in cells:
        cell["metadata"] = {}
        cell.pop("id", None)
    return cells


def copy_a_check(cells: Cells) -> Cells:
    return [copy for cell in cells for copy in ([cell, {**cell, "id": "copy"}] if "check" in name_of(cell) else [cell])]


def delete_checks(cells: Cells) -> Cells:
    return [cell for cell in cells if "check" not in name_of(cell)]


def edit_a_check(cells: Cells) -> Cells:
    return [{**cell, "source": "assert True"} if "check" in name_of(cell) else cell for cell in cells]


def reverse(cells: Cells) -> Cells:
    return cells[::-1]


def retype(cells: Cells) -> Cells:
    def markdown(cell: dict[str, Any]) -> dict[str, Any]:
        return {k: v for k, v in cell.items() if k not in ("outputs", "execution_count")} | {"cell_type": "markdown"}

    return [markdown(cell) if name_of(cell) == "try-twice" else cell for cell in cells]


@pytest.mark.parametrize("spoil", [strip_everything, copy_a_check, delete_checks, edit_a_check, reverse, retype])
def test_a_spoiled_notebook_is_right_again(course: Course, mine: Path, spoil: Callable[[Cells], Cells]) -> None:
    nb = json.loads(mine.read_text(encoding="utf-8"))
    nb["cells"] = spoil(nb["cells"])
    spoiled = json.dumps(nb)
    mine.write_text(spoiled, encoding="utf-8")
    path, kept, said = repair(course, UNIT, NOW)
    assert path == mine and said
    assert kept is not None and kept.read_text(encoding="utf-8") == spoiled
    after = notebooks.load(mine)
    released = notebooks.load(course.release / UNIT / f"{UNIT}.ipynb")
    named = [c.metadata.get("nbgrader") for c in after.cells if "nbgrader" in c.metadata]
    assert named == [c.metadata.get("nbgrader") for c in released.cells if "nbgrader" in c.metadata]
    sources = {c.metadata.get("nbgrader", {}).get("grade_id", ""): c.source for c in after.cells}
    assert sources["try-twice"] == ANSWER
    assert sources["try-why"] == "Because."
    assert sources["try-twice-check"] == 'assert twice(2) == 4, "Twice two is four."'
    assert "twice(21)" in [c.source for c in after.cells]
    assert repair(course, UNIT, NOW)[1:] == (None, [])


def test_a_deleted_answer_comes_back_empty(course: Course, mine: Path) -> None:
    nb = json.loads(mine.read_text(encoding="utf-8"))
    nb["cells"] = [cell for cell in nb["cells"] if name_of(cell) != "try-twice"]
    mine.write_text(json.dumps(nb), encoding="utf-8")
    _, _, said = repair(course, UNIT, NOW)
    assert [s for s in said if "'try-twice' was missing" in s]
    cells = {c.metadata.get("nbgrader", {}).get("grade_id", ""): c.source for c in notebooks.load(mine).cells}
    assert "YOUR ANSWER HERE" in cells["try-twice"]


def test_of_two_copies_the_one_that_was_worked_on_is_kept(course: Course, mine: Path) -> None:
    stub = next(c for c in notebooks.load(course.release / UNIT / f"{UNIT}.ipynb").cells if name_of(c) == "try-twice")
    nb = json.loads(mine.read_text(encoding="utf-8"))
    nb["cells"].append({**json.loads(json.dumps(stub)), "id": "copy"})
    mine.write_text(json.dumps(nb), encoding="utf-8")
    repair(course, UNIT, NOW)
    cells = {c.metadata.get("nbgrader", {}).get("grade_id", ""): c.source for c in notebooks.load(mine).cells}
    assert cells["try-twice"] == ANSWER


def test_without_the_key_an_untouched_notebook_is_unattempted(course: Course) -> None:
    shutil.rmtree(course.source)  # as in what students get
    found = check_unit(course, UNIT)
    assert [line.state for line in found.questions] == ["unattempted", "manual"]
    assert not found.complete


def test_without_the_key_a_stub_that_names_nothing_can_be_answered(course: Course, tmp_path: Path) -> None:
    """The stub of a figure is one line of dots: which name the answer gives stands only in the help beside it."""
    text = (course.manuscript / "assignments" / UNIT / f"{UNIT}.md").read_text(encoding="utf-8")
    text = text.replace('def twice(x):\n    """Two times x."""\n', "").replace("    secret_of_the_key = 2 * x\n    return secret_of_the_key", "four = 4").replace("    ### ", "### ")  # fmt: skip
    text = (
        text.replace("twice(2) == 4", "four == 4")
        .replace('assert twice(3) == 6, "@adds-two"\n', "")
        .replace("twice(-1.5) == -3.0", "four > 3")
    )
    (course.manuscript / "assignments" / UNIT / f"{UNIT}.md").write_text(text, encoding="utf-8")
    release.build(course, force=True)
    path = desk.notebook(course, UNIT)
    shutil.rmtree(course.source)
    nb = notebooks.load(path)
    (cell,) = [cell for cell in nb.cells if name_of(cell) == "try-twice"]
    assert cell.source == "...  # YOUR ANSWER HERE"
    cell.source = "four = 2 + 2"
    path.write_bytes(notebooks.dump(nb))
    assert [line.state for line in check_unit(course, UNIT).questions] == ["right", "manual"]


def test_nothing_is_touched_when_nothing_is_wrong(course: Course, mine: Path) -> None:
    before = mine.read_bytes()
    assert repair(course, UNIT, NOW)[1:] == (None, [])
    assert mine.read_bytes() == before
    assert [p.name for p in mine.parent.glob("*.before-*")] == []


@pytest.mark.parametrize(
    ("content", "says"), [(b"", "is empty"), (b"{", "not JSON"), (b'{"a": 1}', "no list of cells")]
)
def test_what_holds_no_notebook_is_one_clear_sentence(course: Course, mine: Path, content: bytes, says: str) -> None:
    mine.write_bytes(content)
    with pytest.raises(CourseKitError, match=rf"{says}.*'course reset 9-try'"):
        repair(course, UNIT, NOW)
    assert mine.read_bytes() == content
