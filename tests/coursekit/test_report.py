"""Feedback shows why, and never a hidden check; the class report counts; exports have the columns that platforms want."""

from __future__ import annotations

import csv
import datetime as dt
import json
import os
import shutil
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import yaml
from nbgrader.api import Gradebook
from plain import check, hand_in, notebook, solution, write_course, written

from coursekit import notebooks
from coursekit.bundle import secrets
from coursekit.class_files import marks_file
from coursekit.classroom import new_class
from coursekit.course import Course, find_course
from coursekit.errors import CourseKitError
from coursekit.handed_in import ledger_folder
from coursekit.jobs import grade
from coursekit.ledger import Ledger
from coursekit.release import release
from coursekit.report import class_report, export, feedback
from coursekit.report.classwork import _worlds, correlation
from coursekit.report.data import Graded, read_graded
from coursekit.report.standing import NO_CODE, Way, state_table, wall_table, ways, world_of
from coursekit.results import NOT_RUN
from coursekit.sandbox.told import uncovered
from coursekit.worlds.outcome import NOT_REACHED

ROOT = Path(__file__).resolve().parents[2]
MISTAKE = "You added. Multiply instead."
HOSTILE = "</pre><script>alert(2)</script><img src=x onerror=alert(3)>\x1b[2J\x1b]0;title\x07 &lt;"
TESTS = f"assert double(2) == 4, 'double(2) is 4'\n### BEGIN HIDDEN TESTS\nassert double(3) != 5, '{MISTAKE}'\nassert double(10) == 20, 'SECRET twenty'\n### END HIDDEN TESTS"


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    root = tmp_path_factory.mktemp("report")
    answer = solution("double", "def double(x):\n    return 2 * x")
    write_course(root, "one", notebook(answer, check("double-check", 4, TESTS), written("why", 2, "Because.")))
    told = {"double": {"title": "Twice as much", "hints": [], "mistakes": {"adds-instead": MISTAKE}}}
    (root / "source/one/help.json").write_text(json.dumps(told))
    answers = {
        "right": "return 2 * x",
        "adds": "return x + 2",
        "table": "return {2: 4, 3: 6}.get(x)",
        "wrong": "return 0  # <script>alert(1)</script>",
        "open": "",
        "hostile": f"raise ValueError({HOSTILE!r})",
    }
    for student, body in answers.items():
        text = f"def double(x):\n    {body}" if body else "# YOUR CODE HERE\nraise NotImplementedError()"
        visible = check("double-check", 4, TESTS.split("\n")[0])
        why = HOSTILE if student == "hostile" else "So."
        hand_in(root, student, "one", notebook(solution("double", text, marked=False), visible, written("why", 2, why)))
    hand_in(root, "broken", "one", b"nothing")
    found = Course(root)
    grade(found, "one")
    with Gradebook(f"sqlite:///{root / 'gradebook.db'}", "plain") as book:
        mark = book.find_grade("why", "one", "one", "right")
        mark.manual_score, mark.needs_manual_grade = 1.5, False
        book.find_comment("why", "one", "one", "right").manual_comment = "Well put <b>"
        book.update_or_create_student("adds", first_name="Ana", last_name="=Lima", email="ana@example.org")
        book.db.commit()
    return found


@pytest.fixture(scope="module")
def pages(course: Course) -> dict[str, str]:
    return {path.parent.parent.name: path.read_text("utf-8") for path in feedback(course, "one")}


@pytest.mark.parametrize(
    ("student", "words"),
    [
        ("right", ["5.5 of 6 points", "Twice as much", "Comment: Well put &lt;b&gt;"]),
        ("adds", ["not right yet", MISTAKE, "a known mistake: adds instead"]),
        ("table", ["A hidden check with other inputs of the same kind did not pass."]),
        ("wrong", ["double(2) is 4", "&lt;script&gt;"]),
        (
            "open",
            [
                "not attempted",
                "waits to be marked by a person</span>, 2 points at most",
                "Some answers still wait to be marked by a person",
            ],
        ),
        ("broken", ["The notebook file is not JSON"]),
    ],
)
def test_a_page_says_what_was_right_and_why_not(pages: dict[str, str], student: str, words: list[str]) -> None:
    for word in words:
        assert word in pages[student]


def test_no_page_shows_a_hidden_check(pages: dict[str, str]) -> None:
    assert len(pages) == 7
    for page in pages.values():
        for secret in ("SECRET", "HIDDEN TESTS", "double(10)", "Traceback", "<script>"):
            assert secret not in page


def test_what_a_student_wrote_is_text_and_nothing_else(course: Course, pages: dict[str, str]) -> None:
    everything = [*pages.values(), *(p.read_text("utf-8") for p in class_report(course, "one") if p.suffix == ".html")]
    for page in everything:
        outline = _Outline()
        outline.feed(page)
        assert not {"script", "iframe", "object"} & set(outline.tags)
        assert not [name for name in outline.attributes if name.startswith("on")]
        assert "\x1b" not in page and "\x07" not in page
    read = _Outline()
    read.feed(pages["hostile"])
    assert HOSTILE.replace("\x1b", "\ufffd").replace("\x07", "\ufffd") in read.text  # whole, as it was written


@pytest.mark.parametrize("unit", find_course(ROOT).units)
def test_no_page_of_the_course_shows_a_hidden_check_or_the_key(unit: str, tmp_path: Path) -> None:
    """One student with a known wrong answer to every question, one who left all as it was."""
    made = new_class(find_course(ROOT), tmp_path / "class", None, [unit], {}, False)
    release(made, unit)
    told = yaml.safe_load((ROOT / "manuscript" / "assignments" / unit / "exercises.yaml").read_text("utf-8"))
    for student in ("wrong", "untouched"):
        nb = notebooks.load(made.release / unit / f"{unit}.ipynb")
        for cell in nb.cells:
            known = told.get(cell.metadata.get("nbgrader", {}).get("grade_id", ""), {}).get("known_wrong")
            if known and student == "wrong":
                cell.source = known[0]["answer"]
        (made.submitted / student / unit).mkdir(parents=True)
        (made.submitted / student / unit / f"{unit}.ipynb").write_bytes(notebooks.dump(nb))
    run = grade(made, unit)
    assert [row["score"] < row["max_score"] for row in run.submissions] == [True, True]
    pages = {page: unescape(page.read_text("utf-8")) for page in feedback(made, unit)}
    assert len(pages) == 2
    hidden = secrets(made)
    assert {kind for _, kind, _ in hidden} >= {"SOLUTION", "HIDDEN TESTS", "MARK SCHEME"}
    for page, text in pages.items():
        known = (made.submitted / page.parts[-3] / unit / f"{unit}.ipynb").read_text("utf-8")  # what the student wrote
        known += (made.release / unit / "help.json").read_text("utf-8")  # what every student has
        for _, kind, lines in hidden:
            shown = [x for x in lines if x in text and json.dumps(x, ensure_ascii=False)[1:-1] not in known]
            assert not shown, (page.parts[-3], kind)
        for word in ("Traceback", "AssertionError", "HIDDEN TESTS", "BEGIN SOLUTION"):
            assert word not in text


class _Outline(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.pictures: list[dict[str, str | None]] = []
        self.language: str | None = None
        self.attributes: set[str] = set()
        self.text = ""

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.attributes |= {name for name, _ in attrs}
        self.tags.append(tag)
        if tag == "img":
            self.pictures.append(dict(attrs))
        if tag == "html":
            self.language = dict(attrs).get("lang")


def test_a_page_can_be_read_by_a_screen_reader(pages: dict[str, str]) -> None:
    outline = _Outline()
    outline.feed(pages["adds"])
    assert outline.language == "en"
    assert outline.tags.count("h1") == 1
    assert {"main", "title", "h2", "summary"} <= set(outline.tags)


def test_the_class_report_counts(course: Course) -> None:
    paths = {path.name: path for path in class_report(course, "one")}
    with open(paths["checks.csv"], encoding="utf-8-sig") as file:
        rows = {row["check"]: row for row in csv.DictReader(file)}
    assert float(rows["double-check"]["difficulty"]) == pytest.approx(1 / 7, abs=0.001)
    assert (rows["double-check"]["right"], rows["double-check"]["not attempted"]) == ("1", "1")
    with open(paths["mistakes.csv"], encoding="utf-8-sig") as file:
        assert [(r["mistake"], r["students"]) for r in csv.DictReader(file)] == [("adds-instead", "1")]
    page = paths["index.html"].read_text("utf-8")
    outline = _Outline()
    outline.feed(page)
    assert len(outline.pictures) == 2
    assert all(picture["alt"] for picture in outline.pictures)
    assert "broken" in page
    assert "http" not in page


def _rows(path: Path) -> list[dict[str, str]]:
    with open(path, encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


def test_the_class_report_says_which_walls_stood_and_in_which_world_each_check_ran(course: Course) -> None:
    paths = {path.name: path for path in class_report(course, "one")}
    ledger = Ledger(ledger_folder(course, "one"))
    stood = {record["row"]["student"]: record["walls"] for record in ledger.records()}
    assert "seccomp" in stood["right"]
    walls = {row["walls"]: row for row in _rows(paths["walls.csv"])}
    everybody = ", ".join(stood["right"])
    assert {told: row["submissions"] for told, row in walls.items()} == {everybody: "6", NO_CODE: "1"}
    assert walls[everybody]["not_covered"] == " ".join(uncovered(stood["right"]))
    cells = {(row["student"], row["check"]): row for row in _rows(paths["cells.csv"])}
    assert len(cells) == 14
    assert (cells["right", "double-check"]["world"], cells["right", "double-check"]["score"]) == ("reference", "4.0")
    assert [row["world"] for row in _rows(paths["checks.csv"])] == ["reference", ""]  # a person marks the other
    told = {row["student"]: row["walls"] for row in _rows(paths["students.csv"])}
    assert told.pop("broken") == NO_CODE  # its file is not JSON
    assert set(told.values()) == {everybody}
    page = paths["index.html"].read_text("utf-8")
    assert "Every check ran apart" in page and everybody in page


def test_walls_that_were_missing_and_checks_beside_the_code_are_told() -> None:
    now = dt.datetime.now(dt.UTC)
    few = Way(["limits", "seccomp"], None, None, None, None, "graded")
    none = Way([], None, None, None, None, "graded")
    table = wall_table({"a": few, "b": few, "c": none, "d": Way(None, None, now, None, None, "graded"),
                        "e": Way(None, None, None, None, None, "graded")})  # fmt: skip
    assert [(row["walls"], row["submissions"]) for row in table] == [
        ("limits, seccomp", 2),
        ("none: the code ran with the grader's own rights", 1),
        ("no code ran", 1),
        ("not known", 1),
    ]
    assert "other processes of the machine can be seen" in table[0]["not_covered"]
    assert "can read the check: b." in _worlds(
        [{"check": "a", "world": "reference"}, {"check": "b", "world": "student"}]
    )


@pytest.mark.parametrize(
    ("key", "message", "world"),
    [("a", "", "reference"), ("a", NOT_RUN, ""), ("a", NOT_REACHED, ""), ("written", "", "")],
)
def test_a_check_that_did_not_run_was_in_no_world(key: str, message: str, world: str) -> None:
    graded: Any = SimpleNamespace(checks={"a": None})
    assert world_of(graded, key, {"world": "reference", "message": message}) == world


def test_time_in_states_is_counted_from_the_moments_that_are_kept(course: Course) -> None:
    """Handed in two days before it was graded, marked a day after that, and told half a day later."""
    (kept,) = [r for r in Ledger(ledger_folder(course, "one")).records() if r["row"]["student"] == "right"]
    graded_at = dt.datetime.fromisoformat(kept["graded_at"])
    with Gradebook(f"sqlite:///{course.root / 'gradebook.db'}", "plain") as book:
        book.find_submission("one", "right").timestamp = (graded_at - dt.timedelta(days=2)).replace(tzinfo=None)
        book.db.commit()
    file = marks_file(course, "one", "first")
    file.parent.mkdir(parents=True)
    marked = graded_at + dt.timedelta(days=1)
    mark = {
        "question": "why",
        "student": "right",
        "levels": [1],
        "score": 1.5,
        "when": f"{marked:%Y-%m-%d %H:%M:%S} UTC",
    }
    file.write_text(json.dumps({"1": mark}))
    (page,) = feedback(course, "one", ["right"])
    told = (marked + dt.timedelta(hours=12)).timestamp()
    os.utime(page, (told, told))
    feedback(course, "one", ["right"])  # it tells the same still: its time stays
    states = {row["state"]: row for row in state_table(course, *_standing(course))}
    assert [states[s]["now"] for s in ("handed in", "graded", "marked", "returned")] == [0, 6, 0, 1]
    days = [states[s]["longest_days"] for s in ("handed in", "graded", "marked")]
    assert days == [2, 1, 0.5]
    (row,) = [row for row in _rows(class_report(course, "one")[3]) if row["student"] == "right"]
    assert row["marked"] == f"{marked:%Y-%m-%d %H:%M:%S}"
    hand_in(course.root, "new", "one", b"{}")
    assert state_table(course, *_standing(course))[0]["now"] == 1
    shutil.rmtree(course.submitted / "new")
    shutil.rmtree(file.parent)


def _standing(course: Course) -> tuple[Graded, dict[str, Way]]:
    graded = read_graded(course, "one")
    return graded, ways(course, graded)


def test_discrimination_is_a_correlation_or_not_known() -> None:
    assert correlation([0, 0, 1, 1, 1], [0, 1, 2, 3, 4]) == pytest.approx(0.866, abs=0.001)
    assert correlation([1, 1, 1, 1, 1], [0, 1, 2, 3, 4]) is None
    assert correlation([0, 1], [0, 1]) is None


def _read(path: Path) -> list[list[str]]:
    with open(path, newline="", encoding="utf-8-sig") as file:
        return list(csv.reader(file))


def test_exports_have_the_columns_of_each_platform(course: Course, tmp_path: Path) -> None:
    assert export(course, tmp_path / "a.csv") == 7
    rows = {row[1]: row for row in _read(tmp_path / "a.csv")}
    assert rows["right"][8] == "5.5"
    assert export(course, tmp_path / "c.csv", format="canvas") == 7
    canvas = _read(tmp_path / "c.csv")
    assert canvas[0] == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "one"]
    assert canvas[1][0].strip() == "Points Possible"
    assert canvas[1][-1] == "6.0"
    assert export(course, tmp_path / "m.csv", format="moodle") == 7
    moodle = {row[2]: row for row in _read(tmp_path / "m.csv")}
    assert moodle["adds"] == ["Ana", "'=Lima", "adds", "ana@example.org", "0.0"]
    with pytest.raises(CourseKitError, match="no format 'xls'"):
        export(course, tmp_path / "x", format="xls")


def test_nothing_graded_gives_a_sentence(tmp_path: Path) -> None:
    write_course(tmp_path, "one", notebook(solution("x", "x = 1"), check("x-check", 1, "assert x == 1")))
    with pytest.raises(CourseKitError, match="Run 'course grade one' first"):
        feedback(Course(tmp_path), "one")
