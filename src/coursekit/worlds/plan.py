"""What has to be done to grade one notebook of an assignment?

For each check a plan says which names come from the student, what the reference world runs before it, and in which world
the check runs. It is plain data: it can be sent to another machine.

Not here: making a plan, see planning.py; running anything, see driver.py.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field
from typing import Any

from coursekit.worlds import names

ENGINE = "4"  # part of a plan's fingerprint: change it when the same plan would give other results


@dataclass
class PlanCell:
    """A cell of the instructor's notebook that nbgrader knows by name."""

    grade_id: str
    cell_type: str
    kind: str  # check, manual, task, answer, locked
    points: float
    source: str  # as the gradebook holds it: stubs for answers, hidden tests included
    released: str  # as students got it
    metadata: dict[str, Any]
    answer_names: list[str] = field(default_factory=list)
    hidden_lines: list[int] = field(default_factory=list)  # line numbers, from 1, of hidden tests in its source


@dataclass
class CheckPlan:
    """How one check runs."""

    names: list[str]  # taken from the student's world
    before: list[str]  # statements that the reference world runs since the check before
    answers: list[str]  # grade ids of the answer cells that it checks
    world: str = "reference"
    reason: str = ""  # why it runs in the student's world
    echo: bool = False  # its visible part also runs in the student's world, because later cells use names that it sets


@dataclass
class Plan:
    """One notebook's plan."""

    notebook: str
    language: str
    kernelspec: dict[str, Any]
    cells: list[PlanCell]
    checks: dict[str, CheckPlan]
    markdown: list[str]  # texts of cells that are not graded, to tell them from answers
    imports: list[str]  # of the released notebook: what answers and hidden checks import, students' code must not see
    dataclasses: list[str]
    timeout_seconds: float
    messages: dict[str, list[str]] = field(default_factory=dict)  # texts that may be shown although the check is hidden
    readable: list[str] = field(default_factory=list)  # folders of the course that student code may read too
    full_cells: list[dict[str, Any]] = field(default_factory=list)  # the instructor's own notebook, for trials

    def cell(self, grade_id: str) -> PlanCell:
        return next(cell for cell in self.cells if cell.grade_id == grade_id)

    @property
    def all_imports(self) -> list[str]:
        """Import statements of the whole notebook, answers and hidden checks with it."""
        return names.imports(cell["source"] for cell in self.full_cells if cell["cell_type"] == "code")

    @property
    def max_score(self) -> float:
        return sum(cell.points for cell in self.cells if cell.kind in ("check", "manual", "task"))

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Plan:
        data = dict(data)
        data["cells"] = [PlanCell(**cell) for cell in data["cells"]]
        data["checks"] = {key: CheckPlan(**check) for key, check in data["checks"].items()}
        return cls(**data)

    @property
    def fingerprint(self) -> str:
        text = json.dumps([ENGINE, self.to_json()], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:24]
