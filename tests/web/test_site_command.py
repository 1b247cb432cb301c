"""'course site' in a course of another subject, and what it says when something is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from coursekit import pages, site
from coursekit.course import Course
from coursekit.errors import BadManuscript, CourseKitError

PAGES = """
def site():
    return {"title": "Bees", "pages": {"index": "# Bees\\n\\nWelcome.", "words": "# Words\\n\\nHoney."},
            "menu": {"More": ["words"]}, "terms": {"honey": "words.html"}}
"""


@pytest.fixture
def course(tmp_path: Path) -> Course:
    """A course with one lesson and nothing else."""
    root = tmp_path / "bees"
    (root / "manuscript" / "lessons").mkdir(parents=True)
    (root / "release").mkdir()
    (root / "nbgrader_config.py").write_text("c = get_config()\n")
    lesson = "# 1 Bees\n\nThey make honey. [More](words.ipynb)\n\n```{code-cell}\nprint(6 * 7)\n```\n"
    (root / "manuscript" / "lessons" / "1-bees.md").write_text(lesson)
    (root / "manuscript" / "pages.py").write_text(PAGES)
    return Course(root)


@pytest.mark.filterwarnings("default")  # Sphinx and its parts are not ours to warn about
def test_another_course_gets_a_site_too_and_a_new_one_replaces_the_old(course: Course) -> None:
    for _ in range(2):
        made = site.build_site(course)
    assert made.index == course.root / "site" / "index.html"
    lesson = (course.root / "site" / "lessons" / "1-bees.html").read_text()
    assert ">42" in lesson
    assert 'href="../words.html">honey</a>' in lesson
    assert 'href="../words.html"><span class="doc' in lesson or ">More</" in lesson


def test_a_folder_of_somebody_else_is_left_alone(course: Course) -> None:
    (course.root / "site").mkdir()
    (course.root / "site" / "thesis.txt").write_text("mine")
    with pytest.raises(CourseKitError, match=r"did not make\..*--out"):
        site.build_site(course)
    assert (course.root / "site" / "thesis.txt").read_text() == "mine"


def test_a_lesson_that_fails_is_named_and_nothing_is_written(course: Course) -> None:
    lessons = course.manuscript / "lessons"
    (lessons / "2-wasps.md").write_text("# 2 Wasps\n\n```{code-cell}\n1 / 0\n```\n")
    with pytest.raises(BadManuscript, match="2-wasps stopped with ZeroDivisionError"):
        site.build_site(course, workers=1)
    assert not (course.root / "site").exists()


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda root: (root / "manuscript/lessons/1-bees.md").unlink(), "There is no lesson"),
        (lambda root: (root / "release").rmdir(), "Run 'course build' first"),
        (lambda root: (root / "manuscript/pages.py").write_text("import nothing_here"), "pages.py does not run"),
        (lambda root: (root / "manuscript/pages.py").write_text("def site(): return {}"), r"site\(\) in .* failed"),
    ],
    ids=["no lesson", "not built", "pages that do not run", "pages without a title"],
)
def test_what_is_missing_is_said_in_one_sentence(course: Course, spoil, words: str) -> None:
    spoil(course.root)
    with pytest.raises(CourseKitError, match=words):
        site.build_site(course)


def test_a_course_without_pages_has_its_name_as_title(course: Course) -> None:
    (course.manuscript / "pages.py").unlink()
    assert pages.of_site(course).title == "bees"
    assert pages.notebooks_of(course) == {}
