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

from coursekit import classroom, notebooks
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

    assert "course collect" in course("release", "tiers")
    hand_in(tmp_path / "in", made)
    assert "5 students taken in" in course("collect", "tiers", tmp_path / "in")
    assert "'course mark 3-tiers': 4 students" in course("grade", "tiers", "--json", tmp_path / "first.json", status=1)
    assert scores(tmp_path / "first.json") == {"ada": 19, "bo": 11, "cem": 0, "dee": 19, "eve": 0}
    autograded = (made.autograded / "bo" / UNIT / f"{UNIT}.ipynb").read_text(encoding="utf-8")
    assert "| criterion | points | what it looks like |" in autograded  # the rubric stands beside the answer

    for student in ("ada", "dee"):
        mark(made, student, {"tiers-effort": [1, 1, 2], "tiers-two-falls": [2, 2]})
    mark(made, "bo", {"tiers-effort": [1, 0, 1], "tiers-two-falls": [2, 0]})
    assert "course mark 3-tiers" in course("status")  # eve's file still waits for a person
    mark(made, "eve", {"tiers-effort": [0, 0, 0], "tiers-two-falls": [0, 0]})
    said = course("grade", "tiers", "--force", "--json", tmp_path / "second.json", status=1)
    assert "8 marks given by hand stand" in said
    assert scores(tmp_path / "second.json") == {"ada": 24, "bo": 13.5, "cem": 0, "dee": 24, "eve": 0}
    with open_book(made) as book:
        penalty = {s.student_id: float(s.late_submission_penalty or 0) for s in book.assignment_submissions(UNIT)}
    assert penalty == pytest.approx({"ada": 0, "bo": 0, "cem": 0, "dee": 4.8, "eve": 0})  # two days begun: 20% of 24

    course("feedback", "tiers")
    pages = {
        p.relative_to(made.feedback).parts[0]: p.read_text(encoding="utf-8") for p in made.feedback.rglob("*.html")
    }
    assert set(pages) == {"ada", "bo", "cem", "dee", "eve"}
    assert "Name the section of the law." in pages["bo"]
    course("export", tmp_path / "marks.csv")
    marks = columns(tmp_path / "marks.csv")
    assert {student: 24.0 if student == "ada" else 13.5 for student in ("ada", "bo")}.items() <= {
        student: float(next(v for k, v in row.items() if k.lower() in ("score", "points", "mark"))) for student, row in marks.items()
    }.items()  # fmt: skip
    (row,) = classroom.status(made)
    assert (row.collected, row.graded, row.to_mark, row.to_look_at, row.returned) == (
        5,
        5,
        0,
        1,
        5,
    )  # eve's file could not be read
    assert row.next_step == "nothing: all is returned"


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("grade", "teirs"), "Did you mean"),
        (("collect", "tiers", "nowhere.zip"), "There is no folder or file"),
        (("collect", "tiers"), "Name either a PATH"),
        (("mark", "law"), "Nothing is graded for '1-law' yet"),
        (("due", "tiers", "tomorrow"), "Write it as 2027-02-01"),
        (("extend", "tiers", "nobody", "2027-02-01"), "No student 'nobody'"),
        (("agreement", "tiers"), "No answer of '3-tiers' has two marks yet"),
        (("grade", "law", "--question", "x"), "Nothing is graded for '1-law' yet"),
        (("grade", "law"), "Nothing was handed in"),
        (("new-class", "c", "--students", "nowhere.csv"), "cannot be read"),
        (("new-class", "c", "--due", "tiers"), "Write UNIT=DATE"),
        (("bundle", "/proc/nowhere/x.zip"), "the system refused"),
    ],
)
def test_bad_input_is_one_clear_sentence(
    course: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], says: str
) -> None:
    for folder in ("solutions", "assignments"):
        for unit in ("1-law", UNIT):
            (tmp_path / folder / unit).mkdir(parents=True)
            source = ROOT / folder / unit / f"{unit}.ipynb"
            (tmp_path / folder / unit / source.name).write_bytes(source.read_bytes())
    (tmp_path / "nbgrader_config.py").write_bytes((ROOT / "nbgrader_config.py").read_bytes())
    monkeypatch.chdir(tmp_path)
    said = course(*words, status=2)
    assert says in said
    assert len(said.strip().splitlines()) == 1 and said.startswith("course: ")
