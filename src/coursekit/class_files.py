"""What does a class keep in files beside nbgrader's gradebook?

What the gradebook has no place for: levels by criterion, a second marker's marks, comments to use again, and until when
a student may hand in. JSON that a person can read and mend; each file is written as a whole or not at all.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from coursekit.course import Course
from coursekit.errors import CourseKitError


def marks_file(course: Course, unit: str, role: str) -> Path:
    """What the first or second marker of a unit gave."""
    return course.autograded.parent / "marking" / unit / f"{role}.json"


def comments_file(course: Course, unit: str) -> Path:
    """Comments that markers of a unit kept to use again, by question."""
    return course.autograded.parent / "marking" / unit / "comments.json"


def extensions_file(course: Course) -> Path:
    """Until when single students may hand in, by unit."""
    return course.autograded.parent / "extensions.json"


def read_marks(course: Course, unit: str, role: str) -> dict[str, dict[str, Any]]:
    """What a role has marked: answer id -> question, student, by, levels, score, comment, text_sha256, when."""
    return read_json(marks_file(course, unit, role))


def read_json(path: Path) -> dict[str, Any]:
    """The content of a file; empty where there is none, CourseKitError where it cannot be read."""
    if not path.is_file():
        return {}
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(content, dict):
            raise ValueError("it holds no JSON object")
        return content
    except (OSError, ValueError) as error:
        raise CourseKitError(
            f"{path} cannot be read ({error}). Mend the file, or move it away, and try again."
        ) from error


def write_json(path: Path, content: dict[str, Any]) -> None:
    """Either the whole file or the old one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_name(path.name + ".half")
    half.write_text(json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    os.replace(half, path)
