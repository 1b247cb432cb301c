"""Do two markers agree, beyond what chance would give?

Cohen's kappa, unweighted and with linear weights, because levels have an order: one level apart is half a
disagreement where two apart is a whole one. 1 is full agreement, 0 what chance gives.

sources  Cohen 1960, Educational and Psychological Measurement 20(1), 37-46; Cohen 1968, Psychological Bulletin 70(4), 213-220
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from coursekit.class_files import read_marks
from coursekit.course import Course
from coursekit.errors import CourseKitError
from coursekit.rubric import Written, written_questions


def kappa(table: np.ndarray, disagreement: np.ndarray | None = None) -> float | None:
    """Cohen's kappa of two markers.

    table         how often the first chose level i and the second level j, shape (levels, levels); counts or shares
    disagreement  how much each cell counts as disagreeing, same shape, 0 on the diagonal; default: 1 everywhere else
    returns       at most 1; None where both always chose one and the same level, for then chance agrees as well
    """
    shares = np.asarray(table, dtype=float)
    shares = shares / shares.sum()
    weights = 1.0 - np.eye(len(shares)) if disagreement is None else np.asarray(disagreement, dtype=float)
    by_chance = np.outer(shares.sum(axis=1), shares.sum(axis=0))
    expected = float((weights * by_chance).sum())
    return None if expected == 0 else 1.0 - float((weights * shares).sum()) / expected


def linear(levels: int) -> np.ndarray:
    """Disagreement in levels apart, shape (levels, levels)."""
    places = np.arange(levels)
    return np.abs(places[:, None] - places[None, :]).astype(float)


@dataclass(frozen=True)
class Criterion:
    """How two markers used one criterion. kappas are None where they are not defined."""

    question: str
    name: str
    answers: int
    same: int
    plain: float | None
    weighted: float | None


@dataclass(frozen=True)
class Difference:
    """One answer whose points differ."""

    question: str
    student: str
    first: float
    second: float


@dataclass(frozen=True)
class Agreement:
    criteria: tuple[Criterion, ...]
    differences: tuple[Difference, ...]

    def lines(self) -> list[str]:
        said = [f"{'question':<24}{'criterion':<32}{'answers':>8}{'same':>6}{'kappa':>8}{'weighted':>10}"]
        for c in self.criteria:
            said.append(
                f"{c.question:<24}{c.name:<32}{c.answers:>8}{c.same:>6}{_two(c.plain):>8}{_two(c.weighted):>10}"
            )
        said.append(
            "1 is full agreement, 0 what chance would give, '-' not defined. With few answers kappa says little."
        )
        for d in self.differences:
            said.append(f"differs: {d.student}, {d.question}: {d.first:g} and {d.second:g} points")
        return said


def _two(number: float | None) -> str:
    return "-" if number is None else f"{number:.2f}"


def _is_whole(mark: dict[str, Any], questions: dict[str, Written]) -> bool:
    """Whether every criterion has a level, by the rubric as it is now."""
    question = questions.get(mark["question"])
    return question is not None and mark["score"] is not None and question.fits(mark["levels"])


def agreement(course: Course, unit: str) -> Agreement:
    """Compare the first and the second marker over the answers that both have marked in full, in the same wording and by this rubric.

    raises CourseKitError where they share none
    """
    first, second = (read_marks(course, unit, role) for role in ("first", "second"))
    questions = {question.grade_id: question for question in written_questions(course, unit)}
    both = [
        answer
        for answer in sorted(first.keys() & second.keys())
        if _is_whole(first[answer], questions)
        and _is_whole(second[answer], questions)
        and first[answer]["text_sha256"] == second[answer]["text_sha256"]
    ]
    if not both:
        raise CourseKitError(
            f"No answer of '{unit}' has two marks yet. A second person marks with 'course mark {unit} --second'."
        )
    criteria = []
    for question in questions.values():
        mine = [answer for answer in both if first[answer]["question"] == question.grade_id]
        for place, criterion in enumerate(question.criteria):
            if not mine:
                continue
            table = np.zeros((len(criterion["levels"]), len(criterion["levels"])))
            for answer in mine:
                table[first[answer]["levels"][place], second[answer]["levels"][place]] += 1
            criteria.append(Criterion(question.grade_id, criterion["name"], len(mine), int(np.trace(table)), kappa(table),
                                      kappa(table, linear(len(table)))))  # fmt: skip
    differences = [
        Difference(first[a]["question"], first[a]["student"], first[a]["score"], second[a]["score"])
        for a in both
        if first[a]["score"] != second[a]["score"]
    ]
    return Agreement(tuple(criteria), tuple(sorted(differences, key=lambda d: (d.question, d.student))))
