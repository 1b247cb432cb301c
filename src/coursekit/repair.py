"""Put a learner's damaged notebook right.

Cells that were copied, deleted, retyped or stripped of their names by another editor are recognised as the grader
recognises them. The released notebook gives the order, the questions and the checks; the learner's file gives the
answers and every cell of the learner's own. The old file is kept.
"""

from __future__ import annotations

import copy
import datetime as dt
import json
import os
import re
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from coursekit import desk, intake, notebooks, recognise
from coursekit.course import Course
from coursekit.errors import BadManuscript, BadSubmission, CourseKitError
from coursekit.worlds.planning import make_plan


def repair(course: Course, unit: str, now: dt.datetime) -> tuple[Path, Path | None, list[str]]:
    """Repair the learner's notebook of a unit.

    returns  its path, where the old one is kept (None when nothing was wrong), and a sentence for each thing done
    raises   CourseKitError where the file holds no notebook at all, or the course has no such notebook
    """
    path = course.work / "assignments" / unit / f"{unit}.ipynb"
    release = course.release / unit / f"{unit}.ipynb"
    for file in (path, release):
        if not file.is_file():
            raise CourseKitError(f"There is no {file}. 'course reset {unit}' takes a fresh copy.")
    old = path.read_bytes()
    whole, notes = mended(path, release, course.config)
    if not notes and _same_cells(old, whole):
        return path, None, []
    kept = desk.kept_beside(path, now)
    half = path.with_name(path.name + ".new")
    half.write_bytes(notebooks.dump(whole))
    kept.write_bytes(old)
    os.replace(half, path)
    return path, kept, notes or ["Cells were put back into their order."]


def mended(path: Path, release: Path, config: Any) -> tuple[NotebookNode, list[str]]:
    """The learner's notebook put right, and a sentence for each thing done; nothing is written.

    raises  BadSubmission where the file holds no notebook, or none of this unit
    """
    try:
        nb, notes = intake.parse(path.read_bytes())
        # a plan of the released notebook, so that no hidden check comes near the learner's file
        cells, more = recognise.repair(nb["cells"], make_plan(release, config, include_hidden=False))
    except BadSubmission as error:
        raise BadSubmission(f"{path.name} cannot be repaired: {to_learner(str(error), release.stem)}") from error
    whole, put_back = _assemble(notebooks.load(release), cells)
    return whole, notes + [note for note in more if "is missing; what other cells" not in note] + put_back


def to_learner(why: str, unit: str) -> str:
    """The grader's word to an instructor about a file that cannot be read, as advice to the one who owns the file."""
    said = " ".join(part for part in re.split(r"(?<=[.?]) ", why) if not part.startswith("Ask the student"))
    return f"{said} 'course reset {unit}' takes a fresh copy and keeps this file."


def _same_cells(old: bytes, whole: NotebookNode) -> bool:
    try:
        held = nbformat.reads(old.decode("utf-8"), as_version=4)
        return notebooks.cells_hash(held) == notebooks.cells_hash(whole)
    except (Exception, BadManuscript):
        return False


def _assemble(fresh: NotebookNode, cells: list[dict[str, Any]]) -> tuple[NotebookNode, list[str]]:
    """The released notebook with the learner's answers in it, and the learner's own cells after their neighbours."""
    released = [(str(cell.metadata.get("nbgrader", {}).get("grade_id", "")), cell) for cell in fresh.cells]
    known = {name for name, _ in released if name}
    texts = {cell.source.strip(): name or f"text-{place}" for place, (name, cell) in enumerate(released)}
    answers: dict[str, str] = {}
    own: dict[str, list[dict[str, Any]]] = {}
    before = ""  # the last cell of the release that came before
    for cell in cells:
        name = str(cell["metadata"].get("nbgrader", {}).get("grade_id", ""))
        if name in known:
            answers.setdefault(name, cell["source"])
            before = name
        elif cell["source"].strip() in texts:
            before = texts[cell["source"].strip()]
        elif cell["source"].strip():
            own.setdefault(before, []).append(cell)
    whole, notes = copy.deepcopy(fresh), []
    whole.cells = [_own_cell(cell, f"own-0-{n}") for n, cell in enumerate(own.get("", []))]
    for place, (name, cell) in enumerate(released):
        mended = copy.deepcopy(cell)
        is_answer = mended.metadata.get("nbgrader", {}).get("solution")
        if name in answers and is_answer:
            mended.source = answers[name]
        elif is_answer:
            notes.append(f"The answer cell '{name}' was missing and is there again, empty.")
        whole.cells.append(mended)
        mine = own.get(name or f"text-{place}", [])
        whole.cells += [_own_cell(extra, f"own-{place + 1}-{n}") for n, extra in enumerate(mine)]
    return whole, notes


def _own_cell(cell: dict[str, Any], cell_id: str) -> NotebookNode:
    kinds = {"code": nbformat.v4.new_code_cell, "markdown": nbformat.v4.new_markdown_cell}
    made = kinds.get(cell["cell_type"], nbformat.v4.new_raw_cell)(cell["source"])
    made.metadata.update(json.loads(json.dumps({k: v for k, v in cell["metadata"].items() if k != "nbgrader"})))
    made["id"] = cell_id
    return made
