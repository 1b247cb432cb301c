"""Which cell of a submission is which cell of the assignment?

Cells and plan in, repaired cells out: a notebook in any state is brought back to the shape of the assignment where that
can be done honestly, and every repair is told in a sentence. Check cells, points and locked cells always come from the
source.

Not here: reading files (intake), running anything (worlds).
"""

from __future__ import annotations

import json
from typing import Any

from coursekit.errors import BadSubmission
from coursekit.intake import Cell
from coursekit.worlds import names
from coursekit.worlds.plan import Plan, PlanCell


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
