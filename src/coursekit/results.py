"""What comes out of grading: a row for every submission, and what the gradebook gets."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from coursekit.errors import counted, printable
from coursekit.handed_in import Job
from coursekit.intake import Handed
from coursekit.sandbox.told import uncovered
from coursekit.worlds.host import Worlds
from coursekit.worlds.plan import Plan

STATUSES = ("failed", "flagged", "repaired", "graded")  # the worst first
NOT_RUN = "Not run."


@dataclass
class Run:
    """What came out of grading a class."""

    assignment: str
    seconds: float = 0.0
    workers: int = 1
    walls: list[str] = field(default_factory=list)
    unwalled: bool = False  # the code of students ran with the teacher's own rights
    graded_now: int = 0  # submissions that this run graded
    stood: int = 0  # submissions whose result of an earlier run still holds
    submissions: list[dict[str, Any]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)  # for the teacher: checks that could not be split, and the like

    @property
    def exit_status(self) -> int:
        """0: every submission has a score; 1: some could not be given one."""
        return 1 if any(row["status"] == "failed" for row in self.submissions) else 0

    def to_json(self) -> dict[str, Any]:
        return {
            "assignment": self.assignment,
            "seconds": round(self.seconds, 3),
            "workers": self.workers,
            "walls": self.walls,
            "submissions": self.submissions,
            "notes": self.notes,
        }

    def lines(self) -> list[str]:
        """The result for people: what needs a look first, then the count."""
        lines = [f"note: {note}" for note in self.notes]
        for row in self.submissions:
            if row["status"] != "graded":
                lines.append(f"{row['status']:9} {row['student']}: {row['score']:g} of {row['max_score']:g}")
                lines += [f"          {reason}" for reason in row["reasons"]]
        told = tally(Counter(row["status"] for row in self.submissions))
        lines.append(f"{counted(len(self.submissions), 'submission')} in {self.seconds:.1f} s: {told}.")
        if self.graded_now:
            none = "none - the code of students ran with your rights"
            unknown = "not known - no answer could be run"
            lines.append(f"Walls: {', '.join(self.walls) or (none if self.unwalled else unknown)}.")
            lines += [f"Not covered: {sentence}" for sentence in uncovered(self.walls)] if self.walls else []
        elif self.stood:
            lines.append(
                "Nothing had changed since the last run, so nothing was graded again (--force does it all the same)."
            )
        return lines

    def fill_in(self, scores: dict[str, float]) -> None:
        """Scores as the gradebook has them, by student: with manual marks."""
        for row in self.submissions:
            row["score"] = round(scores.get(row["student"], 0.0), 6)

    def after(self, earlier: list[Run]) -> Run:
        """This run, with what the runs before it did for the same call."""
        for run in earlier:
            self.seconds += run.seconds
            self.graded_now += run.graded_now
            self.walls = self.walls or run.walls
            self.unwalled = self.unwalled or run.unwalled
            self.notes += [note for note in run.notes if note not in self.notes]
        return self


def tally(counts: Counter[str]) -> str:
    """How many of each status, the best first: '3 graded, 1 failed'."""
    return ", ".join(f"{counts[status]} {status}" for status in reversed(STATUSES) if counts[status]) or "none"


def results_of(worlds: Worlds, handed: Handed) -> dict[str, dict[str, Any]]:
    """Every notebook of one submission, by name, each with the walls that stood around it, where its code ran."""
    return {name: worlds.grade(name, data, handed.files) for name, data in handed.notebooks.items()}


def make_row(job: Job, plans: list[Plan], results: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """The row of one submission, as --json shows it."""
    reasons = list(job.handed.notes)
    cells: dict[str, Any] = {}
    failed = flagged = False
    for plan in plans:
        result = results.get(plan.notebook)
        prefix = f"{plan.notebook}/" if len(plans) > 1 else ""
        if result is None:
            reasons.append(f"{plan.notebook}.ipynb was not handed in; it counts 0.")
            failed = failed or not results
        elif result.get("failed"):
            reasons.append(f"{prefix}{result['failed']}")
            failed = True
        else:
            reasons += [prefix + text for text in [*result["repairs"], *result["flags"]]]
            flagged = flagged or bool(result["flags"])
        found = (result or {}).get("cells") or {}
        for known in plan.cells:
            if known.kind in ("check", "manual", "task"):
                cells[prefix + known.grade_id] = _row_cell(found.get(known.grade_id), known.points)
    status = "failed" if failed else "flagged" if flagged else "repaired" if reasons else "graded"
    reasons = [printable(reason) for reason in reasons]
    return {
        "student": printable(job.student),
        "status": status,
        "score": round(sum(cell["score"] for cell in cells.values()), 6),
        "max_score": sum(plan.max_score for plan in plans),
        "reasons": reasons,
        "cells": cells,
    }


def _row_cell(cell: dict[str, Any] | None, points: float) -> dict[str, Any]:
    if cell is None:
        return {"score": 0.0, "max_score": points, "state": "wrong", "world": "reference", "message": NOT_RUN}
    told = {key: cell[key] for key in ("score", "max_score", "state", "world", "message")}
    return told | {"message": printable(told["message"])}


def marks_of(plan: Plan, result: dict[str, Any] | None) -> dict[str, Any]:
    """What the gradebook gets for one notebook."""
    graded = [cell for cell in plan.cells if cell.kind in ("check", "manual", "task")]
    if result is None or result.get("failed"):
        unmarked = [cell.grade_id for cell in graded] if result is not None else []
        return {"scores": {cell.grade_id: 0.0 for cell in graded}, "untouched": [], "unmarked": unmarked}
    scores: dict[str, float | None] = {}
    for cell in graded:
        found = result["cells"][cell.grade_id]
        by_hand = cell.kind == "task" or (cell.kind == "manual" and found["state"] == "manual")
        scores[cell.grade_id] = None if by_hand else found["score"]
    return {"scores": scores, "untouched": result["untouched"], "unmarked": []}


def placeholder(row: dict[str, Any]) -> dict[str, Any]:
    """What stands in autograded/ for a notebook that could not be read, so that the teacher can open and mark it."""
    text = "This submission could not be graded.\n\n" + "\n".join(f"* {reason}" for reason in row["reasons"])
    cell = {"cell_type": "markdown", "id": "cell-0", "metadata": {}, "source": text}
    return {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
