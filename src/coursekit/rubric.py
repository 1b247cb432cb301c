"""Which questions of a unit does a person mark, and by which rubric?

Read from the key: each with its prompt, a model answer, its criteria and their levels.

Not here: who gave which level (marking).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from coursekit import notebooks
from coursekit.course import Course
from coursekit.errors import CourseKitError

MARKERS = re.compile(r"^### (BEGIN|END) SOLUTION\s*$", re.M)


@dataclass(frozen=True)
class Written:
    """A question that a person marks. criteria: each with name and levels (points, text), the lowest level first."""

    grade_id: str
    notebook: str
    title: str
    prompt: str
    key: str
    points: float
    criteria: tuple[dict[str, Any], ...]
    comments: tuple[str, ...]

    def fits(self, levels: list[int | None]) -> bool:
        """Whether the rubric has these levels. Marks from before a change of the rubric may not fit."""
        return len(levels) == len(self.criteria) and all(
            level is None or 0 <= level < len(criterion["levels"])
            for criterion, level in zip(self.criteria, levels, strict=True)
        )

    def score(self, levels: list[int | None]) -> float | None:
        """Points of the chosen levels; None while a criterion has none.

        raises CourseKitError for a level that the rubric does not have
        """
        if len(levels) != len(self.criteria):
            raise CourseKitError(f"'{self.grade_id}' has {len(self.criteria)} criteria, but {len(levels)} levels came.")
        total = 0.0
        for criterion, level in zip(self.criteria, levels, strict=True):
            if level is None:
                return None
            if not 0 <= level < len(criterion["levels"]):
                raise CourseKitError(
                    f"'{criterion['name']}' has levels 1 to {len(criterion['levels'])}, not {level + 1}."
                )
            total += float(criterion["levels"][level]["points"])
        return total


def written_questions(course: Course, unit: str) -> list[Written]:
    """The questions of a unit that a person marks, in order, with the rubric from the key.

    raises CourseKitError where there is no key
    """
    paths = sorted((course.source / unit).glob("*.ipynb"))
    if not paths:
        raise CourseKitError(f"There is no key in {course.source / unit}. Marking needs it for the rubric.")
    return [question for path in paths for question in _of_notebook(path)]


def _of_notebook(path: Path) -> Iterator[Written]:
    before = ""
    for cell in notebooks.load(path).cells:
        facts = cell.metadata.get("nbgrader", {})
        if (facts.get("grade") and facts.get("solution")) or facts.get("task"):
            points = float(facts["points"])
            rubric = cell.metadata.get("rubric") or _plain_rubric(points)
            yield Written(
                facts["grade_id"],
                path.stem,
                _title(before) or facts["grade_id"],
                _without_marks(before),
                MARKERS.sub("", cell.source).strip(),
                points,
                tuple(dict(criterion) for criterion in rubric["criteria"]),
                tuple(rubric.get("comments", ())),
            )
        if cell.cell_type == "markdown" and not facts.get("grade_id", "").endswith(notebooks.RUBRIC_SUFFIX):
            before = cell.source


def _title(text: str) -> str:
    match = re.search(r"^#+ +(.+?)\s*(\([^)]*\))?$", text, re.M)  # without "(3 points)"
    return match[1] if match else ""


def _without_marks(text: str) -> str:
    """Markdown as plain text: headings and emphasis without their signs."""
    return re.sub(r"(\*{1,2}|`)(\S(?:.*?\S)?)\1", r"\2", re.sub(r"^#+ +", "", text.strip(), flags=re.M), flags=re.S)


def _plain_rubric(points: float) -> dict[str, Any]:
    """For a question of a course without rubrics: nothing, half, all."""
    levels = [(0.0, "not answered or wrong"), (points / 2, "in part"), (points, "wholly")]
    return {"criteria": [{"name": "Points", "levels": [{"points": p, "text": t} for p, t in levels]}]}
