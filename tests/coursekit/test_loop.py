"""The whole loop of a class with the real unit 3: release, collect, grade, mark, feedback, export; figures compared.

Five students: all right; half; nothing done; all right but late; a file that is no notebook.
"""

from __future__ import annotations

import csv
import datetime as dt
import json
import os
from pathlib import Path
from typing import Any

import pytest
import yaml
from terminal import Terminal

from coursekit import notebooks
from coursekit.course import Course
from coursekit.gradebook import open_book
from coursekit.marking import Marking

ROOT = Path(__file__).resolve().parents[2]
UNIT = "3-tiers"
HALF = ("tiers-longest", "tiers-leave", "tiers-implied", "tiers-moves")  # 3 + 3 + 3 + 2 of 19 points
LATE_POLICY = """
c.AssignLatePenalties.plugin_class = "coursekit.late.LateDays"
c.LateDays.penalty_share_per_day = 0.1
"""
IN_TIME, LATE = dt.datetime(2026, 11, 9, 12), dt.datetime(2026, 11, 12, 12)  # due at the end of 10 November


@pytest.fixture
def course(terminal: Terminal) -> Terminal:
    return terminal


def hand_in(folder: Path, made: Course) -> None:
    """Five files as an LMS might leave them in a folder."""
    folder.mkdir()
    told = yaml.safe_load((ROOT / "manuscript" / "assignments" / UNIT / "exercises.yaml").read_text(encoding="utf-8"))
    key = {c.metadata["nbgrader"]["grade_id"]: c for c in notebooks.load(made.source / UNIT / f"{UNIT}.ipynb").cells
           if c.metadata.get("nbgrader", {}).get("solution")}  # fmt: skip
    all_right = {name: told[name]["model_answers"]["high"]["text"] if name in told and "model_answers" in told[name]
                 else cell.source for name, cell in key.items()}  # fmt: skip
    half = {name: all_right[name] for name in HALF} | {
        name: told[name]["model_answers"]["middle"]["text"] for name in ("tiers-effort", "tiers-two-falls")
    }
    for student, answers in {"ada": all_right, "bo": half, "cem": {}, "dee": all_right}.items():
        nb = notebooks.load(made.release / UNIT / f"{UNIT}.ipynb")
        for cell in nb.cells:
            cell.source = answers.get(cell.metadata.get("nbgrader", {}).get("grade_id", ""), cell.source)
        (folder / f"{student}.ipynb").write_bytes(notebooks.dump(nb))
    (folder / "eve.ipynb").write_bytes((folder / "ada.ipynb").read_bytes()[:5000])
    for path in folder.iterdir():
        moment = (LATE if path.stem == "dee" else IN_TIME).timestamp()
        os.utime(path, (moment, moment))


def mark(made: Course, student: str, levels: dict[str, list[int]]) -> None:
    desk = Marking(made, UNIT, "Mo")
    for answer in desk.answers():
        if answer.student == student:
            desk.save(answer.id, list(levels[answer.question.grade_id]), "Name the section of the law.")


def standing(course: Terminal) -> tuple[int, int, int, int, int, str]:
    """What `course status` says of the unit: collected, graded, to mark, to look at, returned, and what comes next."""
    (row,) = json.loads(course("status", "--json"))
    assert row["next"] in course("status")  # people are told the same
    return tuple(row[key] for key in ("collected", "graded", "to_mark", "to_look_at", "returned", "next"))  # type: ignore[return-value]


def scores(file: Path) -> dict[str, float]:
    return {row["student"]: row["score"] for row in json.loads(file.read_text(encoding="utf-8"))["submissions"]}


def columns(path: Path) -> dict[str, dict[str, Any]]:
    with path.open(encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.DictReader(lines))
    key = next(name for name in rows[0] if name.lower() in ("student", "student_id", "id"))
    return {row[key]: row for row in rows}


def test_the_whole_loop(course: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    roster = tmp_path / "students.csv"
    roster.write_text(
        "id,first_name,last_name\nada,Ada,A\nbo,Bo,B\ncem,Cem,C\ndee,Dee,D\neve,Eve,E\n", encoding="utf-8"
    )
    course("new-class", tmp_path / "class", "--students", roster, "--unit", "tiers", "--due", "tiers=2026-11-10",
           "--course-dir", ROOT)  # fmt: skip
    made = Course(tmp_path / "class")
    with (made.root / "nbgrader_config.py").open("a", encoding="utf-8") as config:
        config.write(LATE_POLICY)
    monkeypatch.chdir(made.root)

    assert standing(course) == (0, 0, 0, 0, 0, "course release 3-tiers")
    assert "'course collect tiers FOLDER-OR-ZIP'" in course("release", "tiers")
    assert standing(course) == (0, 0, 0, 0, 0, "course collect 3-tiers FOLDER-OR-ZIP")
    hand_in(tmp_path / "in", made)
    assert "5 students taken in" in course("collect", "tiers", tmp_path / "in")
    assert standing(course) == (5, 0, 0, 0, 0, "course grade 3-tiers")
    assert "'course mark 3-tiers': 4 students" in course("grade", "tiers", "--json", tmp_path / "first.json", status=1)
    assert scores(tmp_path / "first.json") == {"ada": 19, "bo": 11, "cem": 0, "dee": 19, "eve": 0}
    autograded = (made.autograded / "bo" / UNIT / f"{UNIT}.ipynb").read_text(encoding="utf-8")
    assert "| criterion | points | what it looks like |" in autograded  # the rubric stands beside the answer

    assert standing(course) == (5, 5, 4, 1, 0, "course mark 3-tiers")
    assert "Not final: 4 students" in course("feedback", "tiers")  # too early, and said so
    assert standing(course) == (5, 5, 4, 1, 5, "course mark 3-tiers")
    assert "Not final: 3-tiers has 4 students" in course("export", tmp_path / "early.csv")

    for student in ("ada", "dee"):
        mark(made, student, {"tiers-effort": [1, 1, 2], "tiers-two-falls": [2, 2]})
    mark(made, "bo", {"tiers-effort": [1, 0, 1], "tiers-two-falls": [2, 0]})
    assert standing(course) == (5, 5, 1, 1, 2, "course mark 3-tiers")  # eve's file; pages of cem and eve still tell all
    mark(made, "eve", {"tiers-effort": [0, 0, 0], "tiers-two-falls": [0, 0]})
    assert standing(course) == (5, 5, 0, 1, 1, "course feedback 3-tiers")
    said = course("grade", "tiers", "--force", "--json", tmp_path / "second.json", status=1)
    assert "Next: 'course feedback 3-tiers'." in said
    assert "8 marks given by hand stand: those answers have not changed." in said
    assert scores(tmp_path / "second.json") == {"ada": 24, "bo": 13.5, "cem": 0, "dee": 24, "eve": 0}
    with open_book(made) as book:
        penalty = {s.student_id: float(s.late_submission_penalty or 0) for s in book.assignment_submissions(UNIT)}
    assert penalty == pytest.approx({"ada": 0, "bo": 0, "cem": 0, "dee": 4.8, "eve": 0})  # two days begun: 20% of 24

    assert "5 pages. Next: give each student theirs" in course("feedback", "tiers")
    pages = {
        p.relative_to(made.feedback).parts[0]: p.read_text(encoding="utf-8") for p in made.feedback.rglob("*.html")
    }
    assert set(pages) == {"ada", "bo", "cem", "dee", "eve"}
    assert "Name the section of the law." in pages["bo"]
    assert "<ul><li>Claim: 1 of 1</li><li>Rule: 0 of 1</li><li>Fact and its limits: 0.5 of 1</li></ul>" in pages["bo"]
    said = course("export", tmp_path / "marks.csv")
    assert "Not final" not in said
    assert said.splitlines()[-1].startswith(
        "Next: compare one row with the student's feedback page, then import the file"
    )
    marks = columns(tmp_path / "marks.csv")
    assert {student: 24.0 if student == "ada" else 13.5 for student in ("ada", "bo")}.items() <= {
        student: float(next(v for k, v in row.items() if k.lower() in ("score", "points", "mark"))) for student, row in marks.items()
    }.items()  # fmt: skip
    assert standing(course) == (5, 5, 0, 1, 5, "nothing: all is returned")  # eve's file could not be read

    os.utime(tmp_path / "in" / "ada.ipynb", (LATE.timestamp(), LATE.timestamp()))
    (tmp_path / "in" / "eve.ipynb").write_bytes((tmp_path / "in" / "ada.ipynb").read_bytes())
    assert "1 student taken in, 4 files unchanged" in course("collect", "tiers", tmp_path / "in")
    assert standing(course)[1] == 4 and standing(course)[5] == "course grade 3-tiers"  # eve's new file waits
    course("grade", "tiers")
    assert standing(course)[1:4] == (5, 1, 0)
    (made.source / UNIT / "help.json").write_text("{}", encoding="utf-8")
    assert standing(course)[5] == "course grade 3-tiers"  # the key has changed
