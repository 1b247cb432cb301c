"""A learner's desk follows the course and never loses a learner's work."""

from __future__ import annotations

import datetime as dt
import hashlib
import zipfile
from pathlib import Path

import pytest

from coursekit import desk, notebooks, release
from coursekit.course import Course
from coursekit.errors import BadSubmission, CourseKitError
from coursekit.repair import repair

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


def change_lesson(course: Course) -> Path:
    """The learner and the course each change the start page; returns the learner's."""
    desk.update(course)
    copy = course.work / "course" / "0-start.ipynb"
    nb = notebooks.load(copy)
    nb.cells[-1].source = "1 + 2"
    copy.write_bytes(notebooks.dump(nb))
    text = course.manuscript / "lessons" / "0-start.md"
    text.write_text(text.read_text().replace("Read me.", "Read me now."))
    release.build(course)
    return copy


def test_a_changed_lesson_is_kept_and_the_advice_is_what_a_lesson_needs(course: Course) -> None:
    copy = change_lesson(course)
    for _ in ("first time", "and again, until it is renamed"):
        (said,) = desk.update(course).sentences()
        assert said.startswith("course/0-start.ipynb has changed in the course.") and "reset" not in said
        assert said.endswith("rename yours, and 'course lab' brings the new one.")
    copy.rename(copy.with_name("my start.ipynb"))
    assert desk.update(course).new == ["course/0-start.ipynb"]
    assert "Read me now." in copy.read_text()
    assert "1 + 2" in copy.with_name("my start.ipynb").read_text()


def test_help_beside_a_notebook_is_nobodys_work(course: Course) -> None:
    desk.update(course)
    copy = course.work / "assignments" / "9-try" / "help.json"
    copy.write_text("{}")
    (course.work / desk.MANIFEST).unlink()  # even where nothing is known about what was copied
    assert desk.update(course).updated == ["assignments/9-try/help.json"]
    assert copy.read_bytes() == (course.release / "9-try" / "help.json").read_bytes()


def test_reset_takes_the_new_one_and_keeps_the_old(course: Course) -> None:
    desk.update(course)
    answer(mine(course), "def twice(x):\n    return 2 * x")
    change_course(course)
    fresh, kept = desk.reset(course, "9-try", NOW)
    assert "The new end." in fresh.read_text()
    assert "YOUR ANSWER HERE" in fresh.read_text()
    assert "return 2 * x" in kept.read_text()
    assert kept.name == "9-try.before-2026-03-04-050607.ipynb"


def test_two_resets_in_one_second_lose_nothing(course: Course) -> None:
    desk.update(course)
    answer(mine(course), "def twice(x):\n    return 2 * x")
    (_, first), (_, second) = desk.reset(course, "9-try", NOW), desk.reset(course, "9-try", NOW)
    assert "return 2 * x" in first.read_text()
    assert second.name == "9-try.before-2026-03-04-050607-2.ipynb" and "YOUR ANSWER HERE" in second.read_text()


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
    with pytest.raises(BadSubmission, match="not a notebook that can be read"):
        desk.submit(course, "9-try", NOW)


def test_what_another_editor_saved_can_be_repaired_and_then_handed_in(course: Course) -> None:
    desk.update(course)
    mine(course).write_bytes(
        b"\xef\xbb\xbf" + mine(course).read_bytes()
    )  # a byte-order mark, as Windows' editors write
    with pytest.raises(BadSubmission, match="'course repair 9-try' puts it right if that can be done"):
        desk.submit(course, "9-try", NOW)
    repair(course, "9-try", NOW)
    assert desk.submit(course, "9-try", NOW).file.is_file()


def test_reset_without_a_fresh_copy_touches_nothing(course: Course) -> None:
    desk.update(course)
    answer(mine(course), "def twice(x):\n    return 2 * x")
    (course.release / "9-try" / "9-try.ipynb").unlink()
    with pytest.raises(CourseKitError, match="There is no fresh copy"):
        desk.reset(course, "9-try", NOW)
    assert "return 2 * x" in mine(course).read_text()


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
