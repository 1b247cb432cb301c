"""A learner's desk follows the course and never loses a learner's work."""

from __future__ import annotations

import datetime as dt
import hashlib
import zipfile
from pathlib import Path

import pytest

from coursekit import desk, notebooks, release
from coursekit.course import Course
from coursekit.errors import BadManuscript

NOW = dt.datetime(2026, 3, 4, 5, 6, 7, tzinfo=dt.UTC)


def mine(course: Course) -> Path:
    return course.work / "assignments" / "9-try" / "9-try.ipynb"


def answer(path: Path, source: str) -> None:
    nb = notebooks.load(path)
    nb.cells[2].source = source
    path.write_bytes(notebooks.dump(nb))


def change_course(course: Course) -> None:
    text = (course.manuscript / "assignments" / "9-try" / "9-try.md").read_text()
    (course.manuscript / "assignments" / "9-try" / "9-try.md").write_text(text.replace("The end.", "The new end."))
    release.build(course)


def test_the_first_time_everything_is_copied(course: Course) -> None:
    made = desk.update(course)
    assert sorted(made.new) == ["assignments/9-try/9-try.ipynb", "assignments/9-try/help.json", "course/0-start.ipynb"]
    assert made.sentences() == []
    assert desk.update(course) == desk.Update([], [], [])


def test_an_untouched_copy_follows_the_course(course: Course) -> None:
    desk.update(course)
    change_course(course)
    assert desk.update(course).updated == ["assignments/9-try/9-try.ipynb"]
    assert "The new end." in mine(course).read_text()


def test_running_a_copy_is_not_changing_it(course: Course) -> None:
    desk.update(course)
    nb = notebooks.load(mine(course))
    nb.cells[1].execution_count = 7
    mine(course).write_bytes(notebooks.dump(nb))
    change_course(course)
    assert desk.update(course).updated == ["assignments/9-try/9-try.ipynb"]


def test_a_changed_copy_is_kept_and_the_learner_is_told(course: Course) -> None:
    desk.update(course)
    answer(mine(course), "def twice(x):\n    return 2 * x")
    change_course(course)
    made = desk.update(course)
    assert made.kept == ["assignments/9-try/9-try.ipynb"]
    assert "'course reset 9-try'" in made.sentences()[0]
    assert "return 2 * x" in mine(course).read_text()


def test_reset_takes_the_new_one_and_keeps_the_old(course: Course) -> None:
    desk.update(course)
    answer(mine(course), "def twice(x):\n    return 2 * x")
    change_course(course)
    fresh, kept = desk.reset(course, "9-try", NOW)
    assert "The new end." in fresh.read_text()
    assert "YOUR ANSWER HERE" in fresh.read_text()
    assert "return 2 * x" in kept.read_text()
    assert kept.name == "9-try.before-2026-03-04-050607.ipynb"


def test_submit_makes_one_file_and_a_receipt(course: Course) -> None:
    desk.update(course)
    receipt = desk.submit(course, "9-try", NOW)
    with zipfile.ZipFile(receipt.file) as archive:
        content = archive.read("9-try.ipynb")
    assert content == mine(course).read_bytes()
    assert hashlib.sha256(content).hexdigest() == receipt.sha256
    assert receipt.file.with_suffix(".receipt.txt").read_text() == receipt.text() + "\n"
    assert "2026-03-04 05:06:07" in receipt.text()


def test_a_broken_notebook_is_not_handed_in(course: Course) -> None:
    desk.update(course)
    mine(course).write_text("not a notebook")
    with pytest.raises(BadManuscript, match="not a notebook that can be read"):
        desk.submit(course, "9-try", NOW)


def test_submit_goes_through_the_exchange_where_there_is_one(course: Course, tmp_path: Path) -> None:
    exchange = tmp_path / "exchange"
    exchange.mkdir(mode=0o777)
    exchange.chmod(0o777)
    course.config.Exchange.root = str(exchange)
    course.config.Exchange.cache = str(tmp_path / "cache")
    sentences = release.release(course, "9-try")
    assert "exchange" in sentences[-1]
    receipt = desk.submit(course, "9-try", NOW, release.exchange_root(course))
    assert receipt.exchange
    assert list((exchange / "tipcourse" / "inbound").rglob("9-try.ipynb"))
