"""Whatever became of the cells of a notebook, each is found again or put back, and the row says so."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from plain import hand_in, write_course
from spoiled import as_bytes, cell_of, changed, put, source

from coursekit.course import Course
from coursekit.jobs import grade


def _strip_names(nb: Any) -> None:
    for cell in nb["cells"]:
        cell["metadata"] = {}


def _strip_ids_too(nb: Any) -> None:
    _strip_names(nb)
    for cell in nb["cells"]:
        cell.pop("id", None)


def _delete(nb: Any, *grade_ids: str) -> None:
    nb["cells"] = [c for c in nb["cells"] if c["metadata"].get("nbgrader", {}).get("grade_id") not in grade_ids]


def _copy(nb: Any, grade_id: str) -> None:
    cell = cell_of(nb, grade_id)
    nb["cells"].insert(nb["cells"].index(cell), copy.deepcopy(cell))


def _empty_the_check(nb: Any) -> None:
    put(nb, "root-check", source="")
    put(nb, "root", source="root = 1")


def _facts(nb: Any, which: str, **changes: Any) -> None:
    cell_of(nb, which)["metadata"]["nbgrader"].update(changes)


def _reorder(nb: Any) -> None:
    nb["cells"] = nb["cells"][:2] + nb["cells"][5:7] + nb["cells"][2:5] + nb["cells"][7:]


def _vs_code(nb: Any) -> None:
    """What VS Code writes: ids of its own, a language for each cell, metadata that it does not know left out."""
    for number, cell in enumerate(nb["cells"]):
        cell["metadata"] = {"vscode": {"languageId": "python"}}
        cell["id"] = f"W{number}sZmlsZQ=="


def _colab(nb: Any) -> None:
    """What Colab writes: an outer id for each cell, outputs and a picture of the kernel; nbgrader's part is kept or lost."""
    nb["metadata"] = {"colab": {"provenance": []}, "kernelspec": {"name": "python3", "display_name": "Python 3"}}
    nb["nbformat_minor"] = 0
    for number, cell in enumerate(nb["cells"]):
        cell.pop("id", None)
        kept = {"nbgrader": cell["metadata"]["nbgrader"]} if number % 2 and "nbgrader" in cell["metadata"] else {}
        cell["metadata"] = {"id": f"aB{number}", "colab": {"base_uri": "https://localhost/"}, **kept}


def _nbdev_clean(nb: Any) -> None:
    """What cleaning tools leave: no metadata, no outputs, ids counted up."""
    nb["metadata"] = {"language_info": {"name": "python"}}
    for number, cell in enumerate(nb["cells"]):
        cell["metadata"], cell["id"] = {}, str(number)


def _swap_ids(nb: Any) -> None:
    _facts(nb, "double-check", grade_id="root-check")
    nb["cells"][6]["metadata"]["nbgrader"]["grade_id"] = "double-check"


# name: what is handed in, score of 5, status
CASES: dict[str, tuple[bytes, float, str]] = {
    "another notebook": (as_bytes({"cells": [{"cell_type": "markdown", "metadata": {}, "source": "hi"}], "metadata": {},
                                 "nbformat": 4, "nbformat_minor": 5}), 0, "failed"),
    "no cells": (as_bytes({"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}), 0, "failed"),
    "check copied": (changed(lambda nb: _copy(nb, "double-check")), 5, "repaired"),
    "answer copied": (changed(lambda nb: _copy(nb, "double")), 5, "repaired"),
    "check deleted": (changed(lambda nb: _delete(nb, "double-check")), 5, "repaired"),
    "all checks deleted": (changed(lambda nb: _delete(nb, "double-check", "root-check")), 5, "repaired"),
    "answer deleted": (changed(lambda nb: _delete(nb, "double")), 3, "repaired"),
    "written answer deleted": (changed(lambda nb: _delete(nb, "why")), 5, "repaired"),
    "reordered": (changed(_reorder), 5, "graded"),
    "check edited": (changed(lambda nb: put(nb, "root-check", source="pass")), 5, "repaired"),
    "check emptied, answer wrong": (changed(_empty_the_check), 2, "repaired"),
    "points edited": (changed(lambda nb: _facts(nb, "root-check", points=100)), 5, "repaired"),
    "points are words": (changed(lambda nb: _facts(nb, "root-check", points="many")), 5, "repaired"),
    "check renamed": (changed(lambda nb: _facts(nb, "root-check", grade_id="mine")), 5, "repaired"),
    "answer renamed": (changed(lambda nb: _facts(nb, "root", grade_id="mine")), 5, "repaired"),
    "check retyped as markdown": (changed(lambda nb: put(nb, "root-check", cell_type="markdown")), 5, "repaired"),
    "answer retyped as markdown": (changed(lambda nb: put(nb, "root", cell_type="markdown")), 5, "repaired"),
    "answer pasted into markdown": (changed(lambda nb: nb["cells"].insert(0, {**cell_of(nb, "root"), "cell_type": "markdown"})),
                                    5, "repaired"),
    "names stripped": (changed(_strip_names), 5, "repaired"),
    "names and ids stripped": (changed(_strip_ids_too), 5, "repaired"),
    "saved by vs code": (changed(_vs_code), 5, "repaired"),
    "saved by colab": (changed(_colab), 5, "repaired"),
    "cleaned like nbdev does": (changed(_nbdev_clean), 5, "repaired"),
    "names of two checks exchanged": (changed(_swap_ids), 5, "repaired"),
    "names doubled": (changed(lambda nb: _facts(nb, "root", grade_id="double")), 5, "repaired"),
    "locked cell changed": (changed(lambda nb: put(nb, "helper", source="triple = lambda x: 99")), 5, "repaired"),
    "locked cell deleted": (changed(lambda nb: _delete(nb, "helper")), 5, "graded"),
    "all cells in one": (changed(lambda nb: nb.update(cells=[{**cell_of(nb, "double"),
                         "source": "import math\ndef double(x):\n    return 2 * x\nroot = math.sqrt(16)"}])), 5, "repaired"),
}  # fmt: skip


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    root = write_course(tmp_path_factory.mktemp("recognise"), "one", source())
    for number, (data, _, _) in enumerate(CASES.values()):
        hand_in(root, f"case-{number}", "one", data)
    return {row["student"]: row for row in grade(Course(root), "one", workers=2).submissions}


@pytest.mark.parametrize("number", range(len(CASES)), ids=list(CASES))
def test_every_state_of_the_cells_gets_the_row_it_deserves(rows: dict[str, Any], number: int) -> None:
    _, score, status = list(CASES.values())[number]
    row = rows[f"case-{number}"]
    assert (row["score"], row["status"]) == (score, status), row
    assert row["reasons"] or status == "graded"
