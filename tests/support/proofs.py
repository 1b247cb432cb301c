"""Every assignment of the manuscript, built in memory, so that each can prove itself."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

from coursekit import notebooks

ROOT = Path(__file__).resolve().parents[2]
UNITS = sorted(p.parent.name for p in (ROOT / "manuscript" / "assignments").glob("*/*.md") if p.stem == p.parent.name)


@dataclass(frozen=True)
class Assignment:
    """A unit's key notebook and exercises, fresh from the manuscript."""

    unit: str
    key: NotebookNode
    exercises: dict[str, dict[str, Any]]

    def cell(self, grade_id: str) -> NotebookNode:
        return next(c for c in self.key.cells if c.metadata.get("nbgrader", {}).get("grade_id") == grade_id)

    @property
    def auto_questions(self) -> list[str]:
        """grade_ids of answer cells that have a check cell."""
        graded = [c.metadata.nbgrader for c in self.key.cells if c.metadata.get("nbgrader", {}).get("grade")]
        return list(dict.fromkeys(m["grade_id"].split("-check")[0] for m in graded if not m["solution"]))

    @property
    def written_questions(self) -> list[str]:
        graded = [c.metadata.nbgrader for c in self.key.cells if c.metadata.get("nbgrader", {}).get("grade")]
        return [m["grade_id"] for m in graded if m["solution"]]


@cache
def assignment(unit: str) -> Assignment:
    folder = ROOT / "manuscript" / "assignments" / unit
    exercises = notebooks.read_exercises(folder / "exercises.yaml")
    text = (folder / f"{unit}.md").read_text(encoding="utf-8")
    return Assignment(
        unit, notebooks.build_notebook(text, f"manuscript/assignments/{unit}/{unit}.md", exercises), exercises
    )
