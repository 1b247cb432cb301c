"""A learner's progress: what is done, what comes next; a damaged file is no obstacle."""

from __future__ import annotations

from pathlib import Path

import pytest

from coursekit import progress
from coursekit.course import Course
from coursekit.progress import UnitProgress
from coursekit.student import Progress


def row(unit: str, done: int, tried: int) -> UnitProgress:
    return UnitProgress(unit, f"{unit} & more: assignment", done, tried, questions=3, points=None, max_points=6)


@pytest.mark.parametrize(
    ("rows", "following"),
    [
        ([row("1-a", 0, 0), row("2-b", 0, 0)], "1-a"),
        ([row("1-a", 3, 0), row("2-b", 0, 0)], "2-b"),
        ([row("1-a", 2, 1), row("2-b", 3, 0)], "1-a"),
        ([row("1-a", 3, 0), row("2-b", 2, 0)], "2-b"),
    ],
    ids=["at the beginning", "one unit done", "one question tried", "one question left"],
)
@pytest.mark.parametrize(("folder", "up"), [("course", "../"), ("assignments/1-a", "../../")])
def test_what_comes_next_is_a_link(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, rows: list[UnitProgress], following: str, folder: str, up: str
) -> None:
    (tmp_path / folder).mkdir(parents=True)
    monkeypatch.chdir(tmp_path / folder)
    told = Progress(rows)._repr_html_()
    link = f'<a href="{up}assignments/{following}/{following}.ipynb">{following} &amp; more</a>'
    assert told.endswith(f"<p>Next: {link}.</p>")


def test_when_all_is_done_nothing_comes_next() -> None:
    assert Progress([row("1-a", 3, 0), row("2-b", 3, 0)])._repr_html_().endswith("<p>All questions are done.</p>")


def test_a_check_moves_what_comes_next(course: Course) -> None:
    assert "0 done, 0 tried, 1 open; points not counted yet" in repr(Progress(progress.of_units(course)))
    progress.record(course, "try-twice", "wrong", 0.0, 4.0)
    assert "0 done, 1 tried, 0 open; points 0 of 6" in repr(Progress(progress.of_units(course)))
    progress.record(course, "try-twice", "right", 4.0, 4.0)
    assert "All questions are done." in Progress(progress.of_units(course))._repr_html_()


@pytest.mark.parametrize(
    "held",
    ["", "[]", '{"questions": "all"}', '{"questions": {"try-twice": "right"}, "hints": {"try-twice": "two"}}', "\xff"],
)
def test_a_damaged_file_starts_anew(course: Course, held: str) -> None:
    course.work.mkdir(exist_ok=True)
    (course.work / progress.FILE).write_bytes(held.encode("latin-1"))
    assert [found.done for found in progress.of_units(course)] == [0]
    assert progress.next_hint(course, "try-twice", 3) == 0
    progress.record(course, "try-twice", "right", 4.0, 4.0)
    assert [found.done for found in progress.of_units(course)] == [1]
