"""Can this assignment's checks be split between two worlds?

Found by trial: the reference answer is graded with all checks in the student's world, as nbgrader does, and with the
checks apart. A check that passes only the first way, or that looks at how an answer is written, runs in the student's
world from then on, and the author is told.
The trial also finds names that answers change without setting them, and values that differ from run to run.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from coursekit.errors import CourseKitError
from coursekit.worlds import names
from coursekit.worlds.host import Worlds
from coursekit.worlds.inside import looks_inside
from coursekit.worlds.needs import plan_checks
from coursekit.worlds.plan import Plan

INSIDE = "it looks at how the answer is written"


@dataclass(frozen=True)
class Finding:
    """What an author should know about one check. kind: together, fails."""

    notebook: str
    grade_id: str
    kind: str
    reason: str

    def __str__(self) -> str:
        if self.kind == "fails":
            return f"{self.notebook}: the reference answer does not pass '{self.grade_id}': {self.reason}"
        return (
            f"{self.notebook}: the check '{self.grade_id}' cannot be kept apart from the student's code and runs in the "
            f"student's world ({self.reason}). A student could read it. Compare plain values instead, if you can."
        )


def settle(plan: Plan, worlds: Worlds) -> list[Finding]:
    """Try the reference answer both ways; decides each check's world in the plan."""
    together = _try(plan, worlds, dict.fromkeys(plan.checks, "student"))
    apart = _try(plan, worlds, {})
    moving = _moving_names(plan, together, apart)
    if moving:
        settled = plan_checks(plan, moving)
        if any(settled[g].names != plan.checks[g].names for g in settled):
            plan.checks = settled
            apart = _try(plan, worlds, {})
    findings = []
    changed = bool(moving)
    for grade_id, check in plan.checks.items():
        with_student, alone = together["cells"].get(grade_id), apart["cells"].get(grade_id)
        if with_student is None or with_student["state"] != "right":
            points = (
                f"it gives {with_student['score']:g} of {with_student['max_score']:g} points" if with_student else ""
            )
            reason = with_student["detail"] or points if with_student else together["failed"]
            if alone is None or alone["state"] != "right":
                findings.append(Finding(plan.notebook, grade_id, "fails", reason or "no reason was given"))
        elif alone is None or alone["state"] != "right" or looks_inside(plan, grade_id):
            check.world, changed = "student", True
            passed = alone is not None and alone["state"] == "right"
            check.reason = INSIDE if passed else alone["detail"] if alone else apart["failed"]
            findings.append(Finding(plan.notebook, grade_id, "together", check.reason))
    if changed:
        _keep_definitions(plan)
        worlds.use(plan)
    return findings


def _keep_definitions(plan: Plan) -> None:
    """What a check that moved to the student's world imports and defines is still there for the checks after it."""
    carried: list[str] = []
    for grade_id, check in plan.checks.items():
        check.before = [*carried, *check.before]
        carried = []
        if check.world == "student":
            found = names.statements(plan.cell(grade_id).source)
            carried = [s.code for s in found if s.is_import or s.helpers]


def _try(plan: Plan, worlds: Worlds, where: dict[str, str]) -> dict[str, Any]:
    sources = {cell.grade_id: cell.source for cell in plan.cells if cell.kind == "check"}
    cells = []
    for cell in plan.full_cells:
        grade_id = cell["metadata"].get("nbgrader", {}).get("grade_id")
        cells.append({**cell, "source": sources.get(grade_id, cell["source"])})
    result = worlds.grade(plan.notebook, b"", cells=cells, digests=True, worlds=where, plan=plan.to_json())
    if result.get("again"):  # a busy machine must not move a check beside the code that it checks
        raise CourseKitError(result["failed"])
    return {"cells": {}, "digests": {}, "failed": "", **result}


def _moving_names(plan: Plan, together: dict[str, Any], apart: dict[str, Any]) -> set[str]:
    """Names whose values answers change in place, or that two runs of the same code leave different."""
    moving: set[str] = set()
    for key, prints in together["digests"].items():
        if key.startswith("changed "):
            moving.update(prints)
        else:
            other = apart["digests"].get(key, {})
            moving.update(name for name, value in prints.items() if name in other and other[name] != value)
    return moving
