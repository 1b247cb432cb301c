"""How far is a learner? A small file in the learner's own work folder; nothing leaves the machine."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from coursekit import notebooks
from coursekit.course import Course

FILE = "progress.json"


@dataclass(frozen=True)
class UnitProgress:
    """One unit: how many of its questions are done, tried or open, and points where the full checks could be run."""

    unit: str
    title: str
    done: int
    tried: int
    questions: int
    points: float | None
    max_points: float

    @property
    def open(self) -> int:
        return self.questions - self.done - self.tried


def _path(course: Course) -> Path:
    return course.work / FILE


def read(course: Course) -> dict[str, Any]:
    """{'questions': {grade_id: {'state', 'score', 'max_score'}}, 'hints': {grade_id: shown}}; empty when there is none."""
    try:
        told = json.loads(_path(course).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        told = {}
    told = told if isinstance(told, dict) else {}
    questions, hints = (held if isinstance(held := told.get(key), dict) else {} for key in ("questions", "hints"))
    return {
        "questions": {name: state for name, state in questions.items() if isinstance(state, dict)},
        "hints": {name: shown for name, shown in hints.items() if isinstance(shown, int)},
    }


def write(course: Course, told: dict[str, Any]) -> None:
    """Replace the file in one step, so that a crash leaves the old one."""
    course.work.mkdir(parents=True, exist_ok=True)
    new = _path(course).with_suffix(".new")
    new.write_text(json.dumps(told, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    os.replace(new, _path(course))


def record(course: Course, grade_id: str, state: str, score: float | None, max_score: float) -> None:
    """Remember how a question stands. 'right' stays done even if a later try is wrong; points keep the best."""
    told = read(course)
    before = told["questions"].get(grade_id, {})
    best = max((s for s in (before.get("score"), score) if s is not None), default=None)
    kept = "right" if "right" in (state, before.get("state")) else state
    told["questions"][grade_id] = {"state": kept, "score": best, "max_score": max_score}
    write(course, told)


def next_hint(course: Course, grade_id: str, how_many: int) -> int:
    """The number of the hint to show now (0 is the first); remembers it. The last one is shown again and again."""
    told = read(course)
    number = min(int(told["hints"].get(grade_id, 0)), how_many - 1)
    told["hints"][grade_id] = number + 1
    with suppress(OSError):  # a hint that cannot be remembered still is a hint
        write(course, told)
    return number


def of_units(course: Course) -> list[UnitProgress]:
    """Every unit with what the learner has done, in the order of the course."""
    told = read(course)["questions"]
    rows = []
    for unit in course.units:
        path = course.release / unit / f"{unit}.ipynb"
        if not path.is_file():
            continue
        nb = notebooks.load(path)
        checks = [c.metadata.nbgrader for c in nb.cells if c.metadata.get("nbgrader", {}).get("grade")]
        questions = list(dict.fromkeys(question_of(m["grade_id"]) for m in checks if not m["solution"]))
        states = [told.get(q, {}) for q in questions]
        scores = [s["score"] for s in states if s.get("score") is not None]
        rows.append(
            UnitProgress(
                unit=unit,
                title=nb.cells[0].source.splitlines()[0].lstrip("# ") if nb.cells else unit,
                done=sum(s.get("state") == "right" for s in states),
                tried=sum(s.get("state") in ("wrong", "partial") for s in states),
                questions=len(questions),
                points=sum(scores) if scores else None,
                max_points=sum(float(m["points"]) for m in checks),
            )
        )
    return rows


def question_of(check_id: str) -> str:
    """The question that a check cell belongs to: 'tiers-clock' for 'tiers-clock-check' and 'tiers-clock-check-2'."""
    return check_id.split("-check")[0]
