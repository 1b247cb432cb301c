"""How did the class do, and which checks and ideas gave trouble?

Distribution of scores; for each check how hard it was and whether it tells strong from weak work; how many hold each
known misconception; states of answers; submissions to look at; how long work stayed in which state; which walls stood and
in which world each check ran. An HTML page with figures, and the same as CSV.

difficulty      mean share of the points, 0-1: 1 is easy
discrimination  correlation of a check's points with the points of all other checks, -1 to 1; not known where one of
                them does not vary or fewer than 5 worked on it. Below 0.2 a check deserves a look.
"""

from __future__ import annotations

import base64
import csv
import datetime as dt
import io
from collections import Counter
from pathlib import Path
from typing import Any

from coursekit.course import Course
from coursekit.errors import counted
from coursekit.report.data import Graded, read_graded
from coursekit.report.feedback import STATES, STYLE, escape
from coursekit.report.marks import harmless
from coursekit.report.standing import Way, cell_table, state_table, wall_table, ways, world_of
from coursekit.stock import NOTE

ENOUGH = 5  # submissions; below that a correlation says nothing


def class_report(course: Course, assignment: str) -> list[Path]:
    """Write report/<assignment>/ beside autograded/: index.html, and a CSV for each table; the paths."""
    graded = read_graded(course, assignment)
    known = ways(course, graded)
    tables = {
        "checks": check_table(graded),
        "mistakes": mistake_table(graded),
        "students": student_table(graded, known),
        "cells": cell_table(graded),
        "states": state_table(course, graded, known),
        "walls": wall_table(known),
    }
    folder = course.autograded.parent / "report" / assignment
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in tables.items():
        with open(folder / f"{name}.csv", "w", newline="", encoding="utf-8-sig") as file:
            writer = csv.writer(file)
            writer.writerow(rows[0].keys() if rows else [])
            writer.writerows([harmless(value) for value in row.values()] for row in rows)
    (folder / "index.html").write_text(_page(graded, tables), encoding="utf-8")
    return [folder / "index.html", *(folder / f"{name}.csv" for name in tables)]


def check_table(graded: Graded) -> list[dict[str, Any]]:
    """One row for each check: title, points, difficulty, discrimination, world, and how many are in which state."""
    shares: dict[str, dict[str, float]] = {}
    for student, row in graded.rows.items():
        for key, cell in row["cells"].items():
            if cell["state"] != "manual" and cell["max_score"]:
                shares.setdefault(key, {})[student] = cell["score"]
    totals = {student: sum(s.get(student, 0.0) for s in shares.values()) for student in graded.rows}
    table = []
    for notebook, questions in graded.questions.items():
        for question in questions:
            for grade_id in question.checks:
                key = graded.key(notebook, grade_id)
                cells = [row["cells"][key] for row in graded.rows.values() if key in row["cells"]]
                states = Counter(cell["state"] for cell in cells)
                points = shares.get(key, {})
                most = max((cell["max_score"] for cell in cells), default=0.0)
                rest = [totals[student] - score for student, score in points.items()]
                table.append(
                    {
                        "check": key,
                        "question": question.title,
                        "points": most,
                        "difficulty": _round(sum(points.values()) / len(points) / most if points and most else None),
                        "discrimination": _round(correlation(list(points.values()), rest)),
                        "world": " and ".join(sorted({world_of(graded, key, cell) for cell in cells} - {""})),
                        **{STATES[state]: states[state] for state in STATES},
                    }
                )
    return table


def correlation(a: list[float], b: list[float]) -> float | None:
    """Pearson's r; None where there are too few pairs or one side does not vary."""
    if len(a) < ENOUGH:
        return None
    mean_a, mean_b = sum(a) / len(a), sum(b) / len(b)
    spread_a, spread_b = sum((x - mean_a) ** 2 for x in a), sum((y - mean_b) ** 2 for y in b)
    if spread_a < 1e-12 or spread_b < 1e-12:
        return None
    both = sum((x - mean_a) * (y - mean_b) for x, y in zip(a, b, strict=True))
    return float(both / (spread_a * spread_b) ** 0.5)


def mistake_table(graded: Graded) -> list[dict[str, Any]]:
    """How many submissions showed each known mistake, the most frequent first."""
    table = []
    for notebook, questions in graded.questions.items():
        for question in questions:
            keys = [graded.key(notebook, grade_id) for grade_id in question.checks]
            for message, name in question.mistakes.items():
                holders = sum(
                    any(row["cells"].get(key, {}).get("message") == message for key in keys)
                    for row in graded.rows.values()
                )
                table.append({"question": question.title, "mistake": name, "students": holders, "message": message})
    return sorted(table, key=lambda row: -row["students"])


def student_table(graded: Graded, known: dict[str, Way]) -> list[dict[str, Any]]:
    """One row for each submission: status, score, why, walls, and its moments in UTC."""
    return [
        {
            "student": student,
            "status": row["status"],
            "score": round(graded.score(student), 6),
            "max_score": graded.max_score,
            "reasons": " ".join(row["reasons"]),
            "walls": known[student].walls_told,
            **{name: _said(getattr(known[student], name)) for name in ("handed_in", "graded", "marked", "returned")},
        }
        for student, row in sorted(graded.rows.items())
    ]


def _said(moment: dt.datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S}" if moment else ""


def _round(value: float | None) -> float | str:
    return "not known" if value is None else round(value, 3)


# ---- the page ----


def _page(graded: Graded, tables: dict[str, list[dict[str, Any]]]) -> str:
    checks, mistakes, students = tables["checks"], tables["mistakes"], tables["students"]
    scores = [row["score"] for row in students]
    mean = sum(scores) / len(scores)
    told = f"{counted(len(scores), 'submission')}, mean {mean:.1f} of {graded.max_score:g} points."
    waiting = {student for (student, _, _), mark in graded.marks.items() if mark.waits}
    if waiting:
        told += f" Not final: {counted(len(waiting), 'submission')} with marks still to be given by hand."
    to_look_at = [
        {name: row[name] for name in ("student", "status", "score", "max_score", "reasons")}
        for row in students
        if row["status"] != "graded"
    ]
    held = [row for row in mistakes if row["students"]]
    parts = [
        f"<h1>Class report: {escape(graded.assignment)}</h1><p>{told}</p>",
        _figure(_histogram(scores, graded.max_score), f"Histogram of scores. {told} {_spread(scores)}"),
        _figure(_bars(checks), "Bars of the difficulty of each check. The table below has the same numbers."),
        "<h2>Checks</h2><p>Difficulty is the mean share of the points (1 is easy). Discrimination is the correlation with "
        "the points of all other checks; below 0.2 a check deserves a look.</p>" + _table(checks, "Table of checks"),
        "<h2>Known mistakes</h2>"
        + (_table(held, "Table of known mistakes") if held else "<p>Nobody showed a known mistake.</p>"),
        "<h2>To look at</h2>"
        + (
            _table(to_look_at, "Table of submissions to look at")
            if to_look_at
            else "<p>Nothing out of the ordinary.</p>"
        ),
        "<h2>Time in states</h2><p>How many are in a state now; how many went on from it, and their days in it where both "
        "times are kept.</p>" + _table(tables["states"], "Table of states"),
        f"<h2>Walls and worlds</h2>{_stock(graded)}{_table(tables['walls'], 'Table of walls')}<p>{_worlds(checks)} "
        "What no wall holds is in docs/threat-model.md.</p>",
    ]
    return (
        f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>Class report: {escape(graded.assignment)}'
        f"</title><style>{STYLE}</style></head><body><main>\n" + "\n".join(parts) + "\n</main></body></html>\n"
    )


def _stock(graded: Graded) -> str:
    languages = sorted({plan.language for plan in graded.plans} - {"python"})
    return f"<p>{escape(NOTE.format(graded.assignment, ', '.join(languages)))}</p>" if languages else ""


def _worlds(checks: list[dict[str, Any]]) -> str:
    beside = [row["check"] for row in checks if "student" in row["world"]]
    if not beside:
        return "Every check ran apart from the code that it checks."
    return f"Graded in the student's world, where the code can read the check: {escape(', '.join(beside))}."


def _spread(scores: list[float]) -> str:
    ordered = sorted(scores)
    return f"Lowest {ordered[0]:g}, middle {ordered[len(ordered) // 2]:g}, highest {ordered[-1]:g}."


def _table(rows: list[dict[str, Any]], name: str) -> str:
    """A table in a box of its own, which a narrow screen scrolls by finger or keyboard."""
    head = "".join(f'<th scope="col">{escape(str(key))}</th>' for key in rows[0])
    body = "".join(
        "<tr>"
        + "".join(f"<td>{escape(f'{v:g}' if isinstance(v, float) else str(v))}</td>" for v in row.values())
        + "</tr>"
        for row in rows
    )
    box = f'<div class="wide" role="region" tabindex="0" aria-label="{escape(name)}">'
    return f"{box}<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"


def _figure(picture: str, alt: str) -> str:
    return f'<figure><img alt="{escape(alt)}" src="data:image/png;base64,{picture}"></figure>'


def _histogram(scores: list[float], most: float) -> str:
    figure, axes = _axes(3.2)
    axes.hist(scores, bins=min(20, max(5, int(most))), range=(0, most or 1), color="#0b5c8a", edgecolor="white")
    axes.set_title("Scores of the class")
    axes.set_xlabel("points")
    axes.set_ylabel("submissions")
    axes.yaxis.get_major_locator().set_params(integer=True)
    return _png(figure)


def _bars(checks: list[dict[str, Any]]) -> str:
    known = [row for row in checks if isinstance(row["difficulty"], float)]
    figure, axes = _axes(1.2 + 0.28 * len(known))
    axes.barh([row["check"] for row in known], [row["difficulty"] for row in known], color="#0b5c8a")
    axes.set_xlim(0, 1)
    axes.invert_yaxis()
    axes.set_title("How much of each check's points the class got")
    axes.set_xlabel("mean share of the points")
    return _png(figure)


def _axes(height_inches: float) -> tuple[Any, Any]:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7, height_inches), layout="constrained")
    return figure, figure.subplots()


def _png(figure: Any) -> str:
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=110)
    return base64.b64encode(buffer.getvalue()).decode()
