"""What did the student hand in, and which cell is which?

Bytes in, cells out: a notebook in any state is brought back to the shape of the assignment where that can be done
honestly, and every repair is told in a sentence. Check cells, points and locked cells always come from the source.

Not here: running anything; reading archives of a learning platform (see the collect command).
"""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from coursekit.errors import BadSubmission
from coursekit.worlds import names
from coursekit.worlds.plan import Plan, PlanCell

Cell = dict[str, Any]
NOTEBOOK_BYTES_MAX = 160 * 1024 * 1024  # outputs of 100 MB are odd and honest
OTHER_BYTES_MAX = 60 * 1024 * 1024  # of all other files together; they travel into the student's world
FOLDER_BYTES_MAX = 320 * 1024 * 1024
FILES_MAX = 2_000
NOTES_MAX = 20
CELLS_MAX = 5_000


# ---- the folder ----


@dataclass
class Handed:
    """A submission's folder: its notebooks and other files, and what was odd about it."""

    notebooks: dict[str, bytes] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)


def read_folder(folder: Path, expected: list[str]) -> Handed:
    """Read a submission folder without following links or leaving it.

    expected  names of the assignment's notebooks, without .ipynb
    """
    handed = Handed()
    found: dict[str, bytes] = {}
    total = others = 0
    for path, relative in walk(folder, handed.notes):
        size = path.lstat().st_size
        is_notebook = relative.endswith(".ipynb")
        too_large = size > NOTEBOOK_BYTES_MAX if is_notebook else others + size > OTHER_BYTES_MAX
        if too_large or total + size > FOLDER_BYTES_MAX or len(found) >= FILES_MAX:
            handed.notes.append(f"The file '{relative}' ({size:,} bytes) was left out: the submission is too large.")
            continue
        total += size
        others += 0 if is_notebook else size
        try:
            found[relative] = path.read_bytes()
        except OSError as error:
            handed.notes.append(f"The file '{relative}' could not be read ({error.strerror}).")
    if len(handed.notes) > NOTES_MAX:
        more = len(handed.notes) - NOTES_MAX
        handed.notes[NOTES_MAX:] = [f"So were {more:,} more files."]
    loose = [name for name in found if name.endswith(".ipynb")]
    for notebook in expected:
        name = _find_notebook(notebook, loose, found, alone=len(expected) == 1)
        if name is None:
            handed.missing.append(notebook)
            continue
        if name != f"{notebook}.ipynb":
            handed.notes.append(f"'{name}' was taken for '{notebook}.ipynb'.")
        handed.notebooks[notebook] = found[name]
        loose.remove(name)
    handed.files = {name: data for name, data in found.items() if not name.endswith(".ipynb")}
    handed.files.pop("timestamp.txt", None)
    return handed


def walk(folder: Path, notes: list[str]) -> Iterable[tuple[Path, str]]:
    """Plain files below folder, sorted; links, pipes and devices are named in notes and left out."""
    if folder.is_symlink():
        notes.append("The submission is a link to another place; nothing behind it was read.")
        return
    for place, folders, files in os.walk(folder, followlinks=False):
        folders.sort()
        for name in list(folders):
            if (Path(place) / name).is_symlink():
                notes.append(f"'{name}' is a link to another place and was left out.")
                folders.remove(name)
            elif name in (".ipynb_checkpoints", "__pycache__", ".git"):
                folders.remove(name)
        for name in sorted(files):
            path = Path(place) / name
            relative = path.relative_to(folder).as_posix()
            mode = path.lstat().st_mode
            if stat.S_ISREG(mode):
                yield path, relative
            else:
                notes.append(f"'{relative}' is a link or not a plain file and was left out.")


def _find_notebook(notebook: str, loose: list[str], found: dict[str, bytes], alone: bool) -> str | None:
    """The file that is this notebook: by name, by nearly its name, or the only one there is."""
    exact = f"{notebook}.ipynb"
    if exact in loose:
        return exact
    plain = _plain_name(notebook)
    near = [name for name in loose if _plain_name(name).startswith(plain) or plain in _plain_name(name)]
    if near:
        return max(near, key=lambda name: len(found[name]))
    if alone and loose:
        return max(loose, key=lambda name: (b'"nbgrader"' in found[name], len(found[name])))
    return None


def _plain_name(name: str) -> str:
    return "".join(c for c in Path(name).stem.lower() if c.isalnum())


# ---- the notebook ----


def parse(data: bytes) -> tuple[dict[str, Any], list[str]]:
    """A notebook as a dict with a list of plain cells, and notes; BadSubmission where there is none in the bytes."""
    notes: list[str] = []
    if not data.strip():
        raise BadSubmission("The notebook file is empty. Ask the student to hand it in again.")
    try:
        nb = json.loads(_decode(data, notes))
    except (ValueError, RecursionError) as error:
        raise BadSubmission(
            f"The notebook file is not JSON ({str(error)[:80]}). Ask the student to hand in the .ipynb file itself."
        ) from error
    if isinstance(nb, dict) and "cells" not in nb and isinstance(nb.get("worksheets"), list):
        nb = _upgrade(nb, notes)
    if not isinstance(nb, dict) or not isinstance(nb.get("cells"), list):
        raise BadSubmission("The file is JSON but not a notebook: it has no list of cells.")
    if len(nb["cells"]) > CELLS_MAX:
        raise BadSubmission(f"The notebook has {len(nb['cells']):,} cells; at most {CELLS_MAX:,} are read.")
    nb["cells"] = [cell for cell in map(_plain_cell, nb["cells"]) if cell is not None]
    if not isinstance(nb.get("metadata"), dict):
        nb["metadata"] = {}
    return nb, notes


def _decode(data: bytes, notes: list[str]) -> str:
    if data.startswith(b"\xef\xbb\xbf"):
        notes.append("The file began with a byte-order mark, which was taken off.")
        data = data[3:]
    elif data.startswith((b"\xff\xfe", b"\xfe\xff")):
        notes.append("The file was written as UTF-16 and was read as such.")
        return data.decode("utf-16", errors="replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        notes.append("The file was not UTF-8; it was read as Windows-1252, so some letters may be wrong.")
        return data.decode("cp1252", errors="replace")


def _upgrade(nb: dict[str, Any], notes: list[str]) -> dict[str, Any]:
    """A notebook of format 3 or older."""
    import nbformat

    try:
        newer = nbformat.reads(json.dumps({"nbformat": 3, "nbformat_minor": 0, "metadata": {}, **nb}), as_version=4)
    except Exception as error:
        raise BadSubmission(f"The notebook has an old format that cannot be read ({error}).") from error
    notes.append("The notebook had an older format, which was brought up to date.")
    upgraded: dict[str, Any] = json.loads(json.dumps(newer))
    return upgraded


def _plain_cell(cell: Any) -> Cell | None:
    """The parts of a cell that count; outputs and execution counts are dropped, as nbgrader does."""
    if not isinstance(cell, dict):
        return None
    source = cell.get("source", "")
    if isinstance(source, list):
        source = "".join(part for part in source if isinstance(part, str))
    if not isinstance(source, str):
        return None
    kind = cell.get("cell_type")
    metadata = cell.get("metadata")
    plain: Cell = {
        "cell_type": kind if kind in ("code", "markdown", "raw") else "raw",
        "metadata": metadata if isinstance(metadata, dict) else {},
        "source": source.encode("utf-8", "replace").decode("utf-8"),
    }
    if isinstance(cell.get("id"), str):
        plain["id"] = cell["id"]
    return plain


# ---- back to the shape of the assignment ----


def repair(cells: list[Cell], plan: Plan) -> tuple[list[Cell], list[str]]:
    """The submission's cells with every cell of the plan once and in its right form, and what had to be done.

    raises  BadSubmission when no cell of the assignment can be found
    """
    notes: list[str] = []
    cells = [dict(cell) for cell in cells]
    found = _by_grade_id(cells, plan, notes)
    _by_other_signs(cells, plan, found, notes)
    if plan.cells and not found:
        raise BadSubmission(
            f"No cell of '{plan.notebook}' was found in the notebook. Is it the right file? Ask the student."
        )
    for cell in cells:
        if id(cell) not in {id(c) for c in found.values()}:
            cell["metadata"] = {k: v for k, v in cell["metadata"].items() if k != "nbgrader"}
    for known in plan.cells:
        if known.grade_id in found:
            _put_right(found[known.grade_id], known, notes)
    return _with_missing(cells, plan, found, notes), notes


def _by_grade_id(cells: list[Cell], plan: Plan, notes: list[str]) -> dict[str, Cell]:
    """Cells by the name that nbgrader gave them; of several copies the last, or the last that was worked on."""
    known = {cell.grade_id: cell for cell in plan.cells}
    copies: dict[str, list[Cell]] = {}
    for cell in cells:
        facts = cell["metadata"].get("nbgrader")
        grade_id = facts.get("grade_id") if isinstance(facts, dict) else None
        if isinstance(grade_id, str) and grade_id in known:
            told = _told_by_text(cell, known[grade_id], plan)
            if told != grade_id:
                notes.append(f"A cell named '{grade_id}' has the text of '{told}' and was taken for it.")
                grade_id = told
            copies.setdefault(grade_id, []).append(cell)
    found = {}
    for grade_id, several in copies.items():
        worked_on = [cell for cell in several if not _same(cell["source"], known[grade_id].released)]
        answered = known[grade_id].kind in ("answer", "manual") and worked_on
        found[grade_id] = (worked_on if answered else several)[-1]
        if len(several) > 1:
            notes.append(f"The cell '{grade_id}' was there {len(several)} times; the last one counts.")
    return found


def _told_by_text(cell: Cell, named: PlanCell, plan: Plan) -> str:
    """The name of the check or locked cell that this is: the text counts where names were exchanged."""
    fixed = ("check", "locked")
    if named.kind in fixed and not _same(cell["source"], named.released) and cell["source"].strip():
        for other in plan.cells:
            if other.kind in fixed and _same(cell["source"], other.released):
                return other.grade_id
    return named.grade_id


def _by_other_signs(cells: list[Cell], plan: Plan, found: dict[str, Cell], notes: list[str]) -> None:
    """Cells whose nbgrader name was lost: by cell id, by their text, by the names that they define, by their place."""
    taken = {id(cell) for cell in found.values()}
    for known in plan.cells:
        if known.grade_id in found:
            continue
        free = [cell for cell in cells if id(cell) not in taken]
        cell = _recognise(known, free, plan, found, cells)
        if cell is not None:
            found[known.grade_id] = cell
            taken.add(id(cell))
            notes.append(f"The cell '{known.grade_id}' had lost its name and was recognised.")


def _recognise(known: PlanCell, free: list[Cell], plan: Plan, found: dict[str, Cell], cells: list[Cell]) -> Cell | None:
    for cell in free:
        if cell.get("id") == known.grade_id:
            return cell
    for cell in free:
        if cell["source"].strip() and _same(cell["source"], known.released):
            return cell
    if known.kind == "answer" and known.answer_names:
        wanted = set(known.answer_names)
        scored = [(len(wanted & names.sets(cell["source"])), i) for i, cell in enumerate(free) if _is_code(cell)]
        best = max(scored, default=(0, 0))
        return free[best[1]] if best[0] else None
    if known.kind == "manual" and found:  # where nothing else is recognised, neither is this
        return _between_neighbours(known, plan, found, cells, free)
    return None


def _between_neighbours(
    known: PlanCell, plan: Plan, found: dict[str, Cell], cells: list[Cell], free: list[Cell]
) -> Cell | None:
    """The last free cell of the right type, with a text of its own, between the known cells around it."""
    order = [cell.grade_id for cell in plan.cells]
    here = order.index(known.grade_id)
    places = {id(cell): i for i, cell in enumerate(cells)}
    low = max((places[id(found[g])] for g in order[:here] if g in found), default=-1)
    high = min((places[id(found[g])] for g in order[here + 1 :] if g in found), default=len(cells))
    texts = {text.strip() for text in plan.markdown}
    between = [
        cell
        for cell in free
        if low < places[id(cell)] < high
        and cell["cell_type"] == known.cell_type
        and cell["source"].strip()
        and cell["source"].strip() not in texts
    ]
    return between[-1] if between else None


def _put_right(cell: Cell, known: PlanCell, notes: list[str]) -> None:
    """Type, points and locked text from the source; only answers keep the student's text."""
    facts = cell["metadata"].get("nbgrader")
    facts = facts if isinstance(facts, dict) else {}
    if cell["cell_type"] != known.cell_type:
        notes.append(f"The cell '{known.grade_id}' had become a {cell['cell_type']} cell; it is {known.cell_type}.")
        cell["cell_type"] = known.cell_type
    if known.kind in ("check", "manual", "task") and "points" in facts and _number(facts["points"]) != known.points:
        notes.append(f"The points of '{known.grade_id}' had been changed; it is worth {known.points:g}.")
    if known.kind in ("check", "locked"):
        if not _same(cell["source"], known.released) and not _same(cell["source"], known.source):
            what = "check" if known.kind == "check" else "locked cell"
            notes.append(f"The {what} '{known.grade_id}' had been changed; the original was used.")
        cell["source"] = known.source
    elif known.kind == "task" and not facts.get("task"):
        cell["source"] = cell["source"] or known.source
    cell["metadata"] = {**cell["metadata"], **json.loads(json.dumps(known.metadata))}


def _with_missing(cells: list[Cell], plan: Plan, found: dict[str, Cell], notes: list[str]) -> list[Cell]:
    """Checks, written answers and tasks that were deleted come back after the cell that they follow in the source."""
    result = list(cells)
    last: Cell | None = None
    for known in plan.cells:
        if known.grade_id in found:
            last = found[known.grade_id]
            continue
        if known.kind == "answer":
            notes.append(f"The answer cell '{known.grade_id}' is missing; what other cells define was used.")
            continue
        if known.kind == "locked":
            continue
        notes.append(f"The cell '{known.grade_id}' was missing and was put back.")
        new: Cell = {"cell_type": known.cell_type, "metadata": dict(known.metadata), "source": known.source}
        place = 0 if last is None else next(i for i, cell in enumerate(result) if cell is last) + 1
        result.insert(place, new)
        found[known.grade_id] = last = new
    return result


def _same(a: str, b: str) -> bool:
    return a == b or [line.rstrip() for line in a.strip().split("\n")] == [
        line.rstrip() for line in b.strip().split("\n")
    ]


def _is_code(cell: Cell) -> bool:
    return bool(cell["cell_type"] == "code")


def _number(value: Any) -> float | None:
    try:
        return float(value)
    except (TypeError, ValueError):
        return None
