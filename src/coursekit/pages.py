"""Which pages does a course make from its own tables, beside the lessons?

A course may have a manuscript/pages.py. What it says is plain data, so that nothing here knows the subject:

    site() -> {"title": str, "summary": str,
               "pages": {"index": Markdown, "glossary": Markdown, "data/index": Markdown, ...},
               "menu": {"Look things up": ["glossary", "data/index"]},
               "terms": {"household registration": "glossary.html#hukou"},
               "files": {"data/tiers.csv": Path}}
    notebooks() -> {"glossary": Markdown}     notebooks to lie beside the lessons
"""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType

from coursekit.course import Course
from coursekit.errors import BadManuscript

FILE = "pages.py"


@dataclass(frozen=True)
class CoursePages:
    """What a course adds to its lessons and guides on the web.

    pages  address without suffix -> Markdown; "index" is the front page
    menu   heading -> addresses, in the order of the menu
    terms  words -> address of what explains them; the first mention in each lesson becomes a link
    files  address -> file to copy
    """

    title: str
    summary: str = ""
    pages: dict[str, str] = field(default_factory=dict)
    menu: dict[str, list[str]] = field(default_factory=dict)
    terms: dict[str, str] = field(default_factory=dict)
    files: dict[str, Path] = field(default_factory=dict)


def _module(course: Course) -> ModuleType | None:
    path = course.manuscript / FILE
    if not path.is_file():
        return None
    spec = importlib.util.spec_from_file_location("course_pages", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        raise BadManuscript(f"{path} does not run ({type(error).__name__}: {error}). Mend that file first.") from error
    return module


def of_site(course: Course) -> CoursePages:
    """What manuscript/pages.py gives for the web; a title alone where there is no such file."""
    module = _module(course)
    if module is None:
        return CoursePages(title=course.root.name)
    try:
        return CoursePages(**module.site())
    except Exception as error:
        raise BadManuscript(
            f"site() in {course.manuscript / FILE} failed ({type(error).__name__}: {error}). Mend that function."
        ) from error


def notebooks_of(course: Course) -> dict[str, str]:
    """Markdown of the notebooks that the course makes from its tables, by name; empty where it makes none."""
    module = _module(course)
    return dict(module.notebooks()) if module is not None and hasattr(module, "notebooks") else {}
