"""What a student wrote reaches the teacher's terminal, pages and tables as text, never as orders, script or formulas."""

from __future__ import annotations

import csv
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from plain import check, code, hand_in, notebook, solution, write_course

from coursekit.course import Course
from coursekit.jobs import grade
from coursekit.report.classwork import class_report
from coursekit.report.feedback import feedback
from coursekit.results import Run

SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(1)>"
ORDERS = "\x1b[2J\x1b]0;owned\x07\u202e"
FORMULA = '=HYPERLINK("http://example.org")'
NAMES = [f"{SCRIPT.replace('/', '')}", f"red{ORDERS}", "=1+1", "@name", "plain"]
FORGED = (
    "from coursekit.worlds.channel import Channel\nold = Channel._send\n"
    f"Channel._send = lambda self, m, d: (old(self, {{'note': {{'event': 'tampered', 'what': {SCRIPT + ORDERS!r}}}}}, d),"
    " old(self, m, d))[1]"
)
UNFIT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")


class Tags(HTMLParser):
    """Every element and attribute of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found |= {tag, *(name for name, _ in attrs)}


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> tuple[Course, Run]:
    source = notebook(solution("x", "x = 1"), check("x-check", 2, "assert x == 1"))
    root = write_course(tmp_path_factory.mktemp("pages"), "one", source)
    for number, name in enumerate(NAMES):
        answer = f"# {SCRIPT}\nraise ValueError({SCRIPT + ORDERS + FORMULA!r})"
        if number % 2:
            answer = f"class X:\n    def __getattr__(self, n): raise KeyError({FORMULA + ORDERS!r})\nx = X()"
        cells = [code(FORGED), solution("x", answer, marked=False), check("x-check", 2, "assert x == 1")]
        cells.append(code(f"print({ORDERS + SCRIPT!r}, '\\ud800')"))
        path = hand_in(root, name, "one", notebook(*cells))
        path.with_name(f"{FORMULA.replace('/', '')}{ORDERS}.txt").symlink_to("/etc/passwd")
    course = Course(root)
    return course, grade(course, "one", workers=2)


def test_every_row_is_there(graded: tuple[Course, Run]) -> None:
    """A name that moves the cursor is refused; all others are graded."""
    found = {row["student"]: row["status"] for row in graded[1].submissions}
    assert len(found) == len(NAMES)
    assert [found[name] for name in NAMES if name in found] == ["flagged"] * 4
    assert [status for name, status in found.items() if name not in NAMES] == ["failed"]


def test_the_terminal_gets_text_alone(graded: tuple[Course, Run]) -> None:
    said = "\n".join([*graded[1].lines(), json.dumps(graded[1].to_json(), ensure_ascii=False)])
    assert not UNFIT.search(said)
    assert "<script>" in said


def test_pages_hold_no_element_of_a_students_making(graded: tuple[Course, Run]) -> None:
    course, _ = graded
    pages = [*feedback(course, "one"), class_report(course, "one")[0]]
    assert len(pages) == len(NAMES)  # four of students, one of the class
    for page in pages:
        text = page.read_text(encoding="utf-8")
        tags = Tags()
        tags.feed(text)
        assert not {"script", "onerror", "iframe", "onclick"} & tags.found, page
        assert not UNFIT.search(text), page


def test_tables_hold_no_formula(graded: tuple[Course, Run]) -> None:
    for path in class_report(graded[0], "one")[1:]:
        with open(path, newline="", encoding="utf-8-sig") as file:
            for value in (value for row in csv.reader(file) for value in row):
                assert not re.match(r"[=+@\t\r]|-\D", value), (path, value)


def test_notebooks_for_the_teacher_can_be_read(graded: tuple[Course, Run]) -> None:
    import nbformat

    for path in Path(graded[0].autograded).rglob("*.ipynb"):
        nbformat.validate(nbformat.read(path, as_version=4))
