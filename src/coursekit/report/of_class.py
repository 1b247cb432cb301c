"""What did the class understand? Scores, questions, known mistakes, flags: one page with figures, and tables as CSV."""

from __future__ import annotations

import base64
import csv
import html
import io
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from coursekit.course import Course
from coursekit.progress import question_of
from coursekit.report.feedback import STYLE
from coursekit.report.results import Result, help_of, questions, read_results

STATES = ("right", "partial", "wrong", "unattempted", "manual")
COLOURS = {"right": "#0072B2", "partial": "#56B4E9", "wrong": "#D55E00", "unattempted": "#BBBBBB", "manual": "#F0E442"}


@dataclass(frozen=True)
class Item:
    """One check cell over the class.

    difficulty      mean share of the points reached, 0-1 (1: everybody has it)
    discrimination  correlation of this item with the sum of the others, -1 to 1; None where either does not vary
    states          how many submissions are in each state
    """

    grade_id: str
    title: str
    max_score: float
    difficulty: float
    discrimination: float | None
    states: dict[str, int]


def items(results: list[Result], told: dict[str, Any]) -> list[Item]:
    """Every graded cell, in the order of the notebook. Submissions that could not be graded are left out."""
    able = [result for result in results if result.status != "failed"]
    names = list(dict.fromkeys(grade_id for result in able for grade_id in result.cells))
    points = np.array([[r.cells[n].points if n in r.cells else 0.0 for n in names] for r in able]).reshape(
        -1, len(names)
    )
    made = []
    for column, name in enumerate(names):
        best = next(r.cells[name].max_score for r in able if name in r.cells)
        rest = points.sum(axis=1) - points[:, column]
        varies = len(able) > 2 and points[:, column].std() > 0 and rest.std() > 0
        states = Counter(r.cells[name].state for r in able if name in r.cells)
        made.append(
            Item(
                grade_id=name,
                title=told.get(question_of(name).rsplit("/", 1)[-1], {}).get("title", name),
                max_score=best,
                difficulty=float(points[:, column].mean() / best) if best else 0.0,
                discrimination=float(np.corrcoef(points[:, column], rest)[0, 1]) if varies else None,
                states={state: states.get(state, 0) for state in STATES},
            )
        )
    return made


@dataclass(frozen=True)
class Misconception:
    """A known mistake and how many hold it."""

    question: str
    name: str
    message: str
    students: int


def misconceptions(results: list[Result], told: dict[str, Any]) -> list[Misconception]:
    """Known mistakes that at least one student was told, the most frequent first."""
    found = []
    for question in questions(results):
        known = told.get(question.rsplit("/", 1)[-1], {}).get("mistakes", {})
        for name, message in known.items():
            holders = {
                r.student
                for r in results
                for grade_id, cell in r.cells.items()
                if question_of(grade_id) == question and cell.message == message
            }
            if holders:
                found.append(Misconception(question, name, message, len(holders)))
    return sorted(found, key=lambda m: (-m.students, m.question, m.name))


def _figure_html(figure: Any, alt: str) -> str:
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=100, facecolor="white", metadata={"Software": None})
    picture = base64.b64encode(buffer.getvalue()).decode()
    return f'<img alt="{html.escape(alt)}" src="data:image/png;base64,{picture}" style="max-width:100%;height:auto">'


def _score_figure(results: list[Result]) -> str:
    from matplotlib.figure import Figure

    scores = [result.final for result in results]
    best = max(result.max_score for result in results)
    figure = Figure(figsize=(7, 3), layout="constrained")
    ax = figure.add_subplot()
    ax.hist(scores, bins=np.linspace(0, best, 11).tolist(), color="#0072B2", edgecolor="white")
    ax.set(title="Scores of the class", xlabel=f"points (of {best:g})", ylabel="students")
    middle = float(np.median(scores))
    return _figure_html(
        figure, f"Histogram of {len(scores)} scores: median {middle:g}, from {min(scores):g} to {max(scores):g}."
    )


def _state_figure(rows: list[Item]) -> str:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7, 0.9 + 0.35 * len(rows)), layout="constrained")
    ax = figure.add_subplot()
    left = np.zeros(len(rows))
    for state in STATES:
        counts = np.array([row.states[state] for row in rows])
        if counts.any():
            ax.barh(
                [row.grade_id for row in rows], counts, left=left, color=COLOURS[state], edgecolor="black", label=state
            )
            left += counts
    ax.invert_yaxis()
    ax.set(title="How each check came out", xlabel="students")
    ax.legend(loc="upper left", bbox_to_anchor=(1, 1), frameon=False)
    return _figure_html(figure, "Bars of students by state for each check; the same numbers stand in the table below.")


def _table(head: list[str], rows: list[list[Any]]) -> str:
    top = "".join(f'<th scope="col">{html.escape(h)}</th>' for h in head)
    body = "".join("<tr>" + "".join(f"<td>{html.escape(str(cell))}</td>" for cell in row) + "</tr>" for row in rows)
    return f'<div style="overflow-x:auto" tabindex="0"><table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table></div>'


def _number(value: float | None) -> str:
    return "not known" if value is None else f"{value:.2f}"


def _write_csv(path: Path, head: list[str], rows: list[list[Any]]) -> None:
    with path.open("w", newline="", encoding="utf-8-sig") as file:
        csv.writer(file).writerows([head, *rows])


def class_report(course: Course, assignment: str) -> list[Path]:
    """Write the report on a class: index.html, items.csv, misconceptions.csv, students.csv; returns the paths.

    raises CourseKitError when nothing was graded yet
    """
    results = read_results(course, assignment)
    told = help_of(course, assignment)
    rows, held = items(results, told), misconceptions(results, told)
    item_head = ["check", "question", "points", "difficulty", "discrimination", *STATES]
    item_rows = [[i.grade_id, i.title, f"{i.max_score:g}", f"{i.difficulty:.2f}", _number(i.discrimination),
                  *i.states.values()] for i in rows]  # fmt: skip
    mistake_head = ["question", "known mistake", "students", "what they are told"]
    mistake_rows = [[m.question, m.name, m.students, m.message] for m in held]
    student_head = ["student", "status", "score", "max_score", "late_penalty", "handed_in_utc", "reasons"]
    student_rows = [[r.student, r.status, f"{r.score:g}", f"{r.max_score:g}", f"{r.late_penalty:g}", r.handed_in or "",
                     "; ".join(r.reasons)] for r in results]  # fmt: skip
    folder = course.feedback.parent / "reports" / assignment
    folder.mkdir(parents=True, exist_ok=True)
    _write_csv(folder / "items.csv", item_head, item_rows)
    _write_csv(folder / "misconceptions.csv", mistake_head, mistake_rows)
    _write_csv(folder / "students.csv", student_head, student_rows)
    flagged = [[r.student, r.status, "; ".join(r.reasons)] for r in results if r.status != "graded"]
    body = (
        f"<h1>Report on {html.escape(assignment)}</h1><p>{len(results)} submissions. Kept on this machine only.</p>"
        + _score_figure(results)
        + (_state_figure(rows) if rows else "")
        + "<h2>Checks</h2><p>Difficulty is the mean share of the points (1: everybody has it). Discrimination is the "
        "correlation with the rest of the notebook: near 0 or below, look at the check.</p>"
        + _table(item_head, item_rows)
        + "<h2>Known mistakes</h2>"
        + (_table(mistake_head, mistake_rows) if held else "<p>Nobody was told one.</p>")
        + "<h2>To look at</h2>"
        + (
            _table(["student", "status", "why"], flagged)
            if flagged
            else "<p>Every submission was graded as it came.</p>"
        )
    )
    page = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>Report on {html.escape(assignment)}</title><style>{STYLE} body{{max-width:60rem}} "
        "td,th{padding:.2rem .6rem;text-align:left;border-bottom:1px solid #999}</style></head>"
        f"<body><main>{body}</main></body></html>\n"
    )
    (folder / "index.html").write_text(page, encoding="utf-8")
    return [folder / name for name in ("index.html", "items.csv", "misconceptions.csv", "students.csv")]
