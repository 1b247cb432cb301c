"""The pages that the course makes from its tables and lessons."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from coursekit import notebooks, pages
from coursekit.course import Course
from tipcourse import data
from tipcourse.sources.timeline import timeline

COURSE = Course(Path(__file__).resolve().parents[2])
MADE = pages._module(COURSE)
LESSONS = sorted((COURSE.manuscript / "lessons").glob("*.md"))


def test_the_front_page_names_every_lesson_and_its_question() -> None:
    rows = re.findall(r"^\| \[(.+?)\]\(lessons/(.+?)\.ipynb\) \| (.+?) \|$", MADE._index(), flags=re.M)
    assert [name for _, name, _ in rows] == [path.stem for path in LESSONS]
    assert all(question.endswith("?") for _, _, question in rows)


def test_every_term_that_is_linked_has_a_place_in_the_glossary() -> None:
    places = set(re.findall(r'<dt id="([^"]+)"', MADE.glossary()))
    assert {address.partition("#")[2] for address in MADE._terms().values()} == places


def test_one_english_word_alone_is_never_a_term() -> None:
    english = [row.english for row in data.load("glossary").itertuples() if " " not in row.english]
    assert english
    assert not set(english) & set(MADE._terms())


def test_every_event_stands_on_the_timeline_no_finer_than_it_is_known() -> None:
    days = re.findall(r"<td class=day>([^<]+)</td>", MADE.dates())
    events = timeline()
    assert len(days) == len(events)
    for precision, length in (("year", 4), ("month", 7), ("day", 10)):
        assert sum(len(day) == length for day in days) == int((events["precision"] == precision).sum())


def test_a_work_that_two_lessons_cite_stands_once_with_both_units() -> None:
    entries = [line for line in MADE.references().splitlines() if "Why Beijing Fails" in line]
    assert len(entries) == 1
    assert entries[0].count("](lessons/") >= 5


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_every_work_that_a_lesson_cites_is_in_the_references(path: Path) -> None:
    listed = MADE.references()
    assert re.findall(r"^[*-] ", MADE._section(path.read_text(encoding="utf-8"), "### Sources"), flags=re.M)
    assert f"](lessons/{path.stem}.ipynb)" in listed


@pytest.mark.parametrize("name", data.names())
def test_a_table_page_says_what_it_is_and_where_it_is_from(name: str) -> None:
    page, about = MADE.table_page(name), data.describe(name)
    assert page.startswith(f"# {about['title']}")
    for heading in ("## Sources", "## Licence", "## Columns", "## First rows"):
        assert heading in page
    assert all(caveat in page for caveat in about.get("caveats", []))
    assert all(f"<td>{field['name']}</td>" in page for field in about["schema"]["fields"])
    assert "<td>nan</td>" not in page.lower() and "&lt;NA&gt;" not in page


def test_the_glossary_is_a_notebook_beside_the_lessons() -> None:
    made = pages.notebooks_of(COURSE)
    nb = notebooks.build_notebook(made["glossary"], "manuscript/pages.py")
    assert [cell.cell_type for cell in nb.cells] == ["markdown"]
    for path in LESSONS:
        assert "(glossary.ipynb)" in path.read_text(encoding="utf-8")
