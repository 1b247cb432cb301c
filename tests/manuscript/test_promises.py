"""What a lesson promises, it keeps: its time, its objectives, its sections, its quotations; and the start page's map is right."""

from __future__ import annotations

import re
import runpy
from functools import cache
from pathlib import Path

import pytest
from nbformat import NotebookNode

from coursekit import notebooks
from coursekit.quick import QuickQuestion, read_question, still_html
from tipcourse import data, sources

ROOT = Path(__file__).resolve().parents[2]
LESSONS = sorted(path.stem for path in (ROOT / "manuscript" / "lessons").glob("*.md"))
LIVE = runpy.run_path(str(ROOT / "benchmarks" / "live.py"))["PICTURES"]
LONGEST_MINUTES = 90
# A slow estimate, for a reader in a second language: words a minute, and minutes for what is no prose.
WORDS_PER_MINUTE, CELL, FIGURE, QUESTION, LIVE_PICTURE = 120, 1, 2, 2, 5
MAP_ROW = re.compile(r"^\| \[(\d) [^\]]*\]\(([^)]+)\) \| ([^|]+\?) \| (\d+) min \| \[([^\]]+)\]\(([^)]+)\) \|$", re.M)


@cache
def text(name: str) -> str:
    return (ROOT / "manuscript" / "lessons" / f"{name}.md").read_text(encoding="utf-8")


@cache
def cells(name: str) -> list[NotebookNode]:
    return list(notebooks.build_notebook(text(name), f"manuscript/lessons/{name}.md").cells)


def quick_cells(name: str) -> list[NotebookNode]:
    return [cell for cell in cells(name) if "quick" in cell.metadata.get("tags", [])]


def questions(name: str) -> list[QuickQuestion]:
    return [read_question(re.search(r'"""(.*)"""', cell.source, flags=re.S)[1]) for cell in quick_cells(name)]


def section(name: str, heading: str) -> str:
    """What stands between this heading and the next of its rank; a KeyError where there is none."""
    parts = dict(re.findall(r"^## ([^\n]+)\n(.*?)(?=^## |\Z)", text(name), flags=re.M | re.S))
    return str(parts[heading])


def times(name: str) -> tuple[int, str]:
    """Minutes for the lesson, and the words for the assignment."""
    found = re.search(r"^\*\*Time:\*\* about (\d+) minutes to read and run[,.] (.+)$", text(name), flags=re.M)
    return int(found[1]), found[2]


def estimated_minutes(name: str) -> float:
    prose = "\n".join(cell.source for cell in cells(name) if cell.cell_type == "markdown").split("### Sources")[0]
    words = len(re.findall(r"[A-Za-z0-9][\w’'-]*", re.sub(r"\]\([^)]*\)", "", prose)))
    asked = len(quick_cells(name))
    code = [cell for cell in cells(name) if cell.cell_type == "code" and "quick" not in cell.metadata.get("tags", [])]
    figures = sum("show(" in cell.source for cell in code)
    return words / WORDS_PER_MINUTE + CELL * len(code) + FIGURE * figures + QUESTION * asked + LIVE_PICTURE


@pytest.mark.parametrize("name", LESSONS)
def test_the_stated_time_is_under_ninety_minutes_and_is_long_enough(name: str) -> None:
    stated, _ = times(name)
    assert stated < LONGEST_MINUTES
    assert estimated_minutes(name) <= stated < estimated_minutes(name) + 10


def test_the_map_of_the_course_has_every_unit_with_its_times_and_links() -> None:
    rows = MAP_ROW.findall(text("0-start"))
    assert [lesson for _, lesson, *_ in rows] == [f"{name}.ipynb" for name in LESSONS]
    assert len(rows) == 8
    for (number, _, _, minutes, work, assignment), name in zip(rows, LESSONS, strict=True):
        assert number == name[0] and assignment == f"../assignments/{name}/{name}.ipynb"
        stated, words = times(name)
        assert int(minutes) == stated
        head = (ROOT / "manuscript" / "assignments" / name / f"{name}.md").read_text(encoding="utf-8").split("\n\n")[1]
        for number_of_minutes in re.findall(r"[\d-]+(?= min)", work):
            assert f"{number_of_minutes} minutes" in words and f"{number_of_minutes} minutes" in head
        assert ("evening" in work) == ("evening" in words) == ("evening" in head)


def test_the_pages_for_visitors_and_for_instructors_give_the_same_times() -> None:
    every = {name: times(name)[0] for name in LESSONS}
    middle = [every[name] for name in LESSONS[1:7]]
    visitors = (ROOT / "manuscript" / "pages.py").read_text(encoding="utf-8")
    assert f"Units 1 to 6 can then be read in any order. Each takes {min(middle)} to {max(middle)} minutes" in visitors
    instructors = " ".join((ROOT / "docs" / "instructors.md").read_text(encoding="utf-8").split())
    assert f"lesson alone takes {min(every.values())} to {max(every.values())} minutes" in instructors


@pytest.mark.parametrize("name", LESSONS)
def test_the_quick_questions_answer_exactly_the_objectives_that_are_stated(name: str) -> None:
    listed = re.search(r"you can\n\n((?:\d\. .*\n(?: {2,}.*\n)*)+)", text(name))
    stated = [int(number) for number in re.findall(r"^(\d)\. ", listed[1], flags=re.M)]
    assert stated == [*range(1, len(stated) + 1)] and 3 <= len(stated) <= 5
    assert {question.objective for question in questions(name)} == set(stated)


@pytest.mark.parametrize("name", LESSONS)
def test_a_quick_question_is_short_explains_every_answer_and_needs_no_network(name: str) -> None:
    for cell, question in zip(quick_cells(name), questions(name), strict=True):
        assert len(cell.source.splitlines()) <= 16  # the longest has four options; see docs/house.md
        replies = [option.because for option in question.options] or [question.because, *question.mistakes.values()]
        assert all(len(reply.split()) >= 3 for reply in replies), question.id
        assert len(set(replies)) == len(replies) >= 2, question.id
        assert re.search(r"https?:|<script|<img", still_html(question)) is None


@pytest.mark.parametrize("name", LESSONS)
def test_the_content_note_says_what_comes_and_what_may_be_skipped(name: str) -> None:
    note = re.search(r"^\*\*Content note\.\*\* (.+?)\n\n", text(name), flags=re.M | re.S)[1]
    assert len(note.split()) >= 15
    assert "skip" in note


@pytest.mark.parametrize("name", LESSONS)
def test_the_government_speaks_for_itself_from_the_table_of_positions(name: str) -> None:
    said = section(name, "What China's government says, and who disagrees")
    table = data.load("positions")
    own = table[(table["kind"] == "government") & ((table["unit"] == int(name[0])) | (name[0] in "07"))]
    assert (own[["source", "address", "read_as"]].map(str).map(str.strip) != "").all(axis=None)
    speakers = {part.strip() for speaker in own["speaker"] for part in re.split("[/(]", speaker)}
    named = [speaker for speaker in speakers if speaker in said]
    assert named or 'load("positions")' in said
    assert len(said.split()) >= 60
    assert re.search(r"\bread\b|\bsaw\b|\btranscripts\b|press reports", said), "say how the statements were read"


@pytest.mark.parametrize("name", LESSONS)
def test_the_summary_names_the_assignment_and_what_to_read_on(name: str) -> None:
    end = section(name, "Summary")
    assert f"(../assignments/{name}/{name}.ipynb)" in end
    assert re.search(r"^\*\*Further reading\.\*\* \S+", end, flags=re.M)
    assert "\n### Sources\n\n" in end


def sentences(path: Path) -> list[str]:
    """The sentences of the prose that a student reads: no tables, quotations, code, model answers, sources."""
    prose = path.read_text(encoding="utf-8").split("### Sources")[0]
    for left_out in (r"```.*?```", r"### BEGIN SOLUTION.*?### END SOLUTION", r"^[>|#+].*?$"):
        prose = re.sub(left_out, "", prose, flags=re.M | re.S)
    paragraphs = re.split(r"\n\s*\n|\n(?=\s*(?:\*|-|\d+\.) )", prose)
    return [
        each
        for part in paragraphs
        for each in re.split(r"(?<=[.?!])[)”\"*]*\s+(?=[A-Z*“\"`(])", " ".join(part.split()))
    ]


@pytest.mark.parametrize("path", sorted((ROOT / "manuscript").glob("*/**/*.md")), ids=lambda path: path.stem)
def test_no_sentence_is_longer_than_a_reader_can_carry(path: Path) -> None:
    found = sentences(path)
    assert len(found) > 20
    assert [sentence for sentence in found if len(sentence.split()) > 40] == []


def quoted(name: str) -> list[str]:
    """What stands between quotation marks in the first column of a table of Source or Back to the source; … parts it."""
    tables = section(name, "Source") + section(name, "Back to the source")
    firsts = re.findall(r"^\| ([^|]+) \|", tables.replace("*", ""), flags=re.M)
    passages = [words for first in firsts for pair in re.findall(r'"([^"]+)"|“([^”]+)”', first) for words in pair]
    return [piece.strip() for words in passages for piece in re.split(r"…| / ", words) if piece.strip()]


@pytest.mark.parametrize("name", LESSONS)
def test_words_quoted_in_the_table_of_the_source_stand_in_a_document(name: str) -> None:
    for words in quoted(name):
        documents = [each for each in sources.names() if words in sources.document(each).text]
        assert documents, words
        assert sources.quote(documents[0], words).words == words


@pytest.mark.parametrize("place", sorted((ROOT / "manuscript").glob("*/**/*.md")), ids=lambda path: path.stem)
def test_every_block_quotation_says_whose_words_it_holds(place: Path) -> None:
    blocks = re.findall(r"(?:^>.*\n?)+", place.read_text(encoding="utf-8"), flags=re.M)
    closing = [block.strip().splitlines()[-1].lstrip("> ") for block in blocks]
    assert [line for line in closing if not line.startswith("- ")] == []


def test_the_quotations_of_the_tables_are_found() -> None:
    assert all(len(quoted(name)) > 3 for name in LESSONS[1:6])
    assert "[1,756" in quoted("5-enforcement") and "that drives regional human trafficking problems" in quoted(
        "4-one-child"
    )


@pytest.mark.parametrize("name", LESSONS)
def test_the_live_picture_of_the_lesson_is_the_one_that_is_measured(name: str) -> None:
    assert f"{LIVE[name][1]}(" in section(name, "Try it")
