"""The commands, by who uses them. Each only reads its words, calls one function and says what came out."""

from __future__ import annotations

import json
import os
import re
import shlex
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from coursekit.course import Course, find_course
from coursekit.errors import printable


class CourseFolder(click.ParamType):
    """--course-dir: the course at or above a folder."""

    name = "folder"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Course:
        return value if isinstance(value, Course) else find_course(value)


def course_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Adds --course-dir; the command gets `course`."""
    return click.option(
        "--course-dir", "course", type=CourseFolder(), default=".", help="The course folder, if you are not in it."
    )(command)


def say(sentence: str, place: Path | None = None) -> None:
    """A line for people, on standard output. What students wrote may stand in it. place: where they are when they act."""
    click.echo(as_typed(printable(sentence), place))


def say_json(value: Any) -> None:
    """One value for scripts: in plain ASCII, so that it is whole whatever the console can show."""
    click.echo(json.dumps(value, indent=1))


def as_typed(sentence: str, place: Path | None = None) -> str:
    """The commands that a sentence names, as this person types them: uv keeps `course` where a terminal does not look.

    A command stands in quotation marks, after a colon or, in a table, after two spaces.

    place  where it is typed; without it, the folder in which the person is now
    """
    if "UV" not in os.environ:
        return sentence
    from coursekit.cli import COMMANDS

    named = "|".join(map(re.escape, COMMANDS))
    start = f"{_uv_run(place or Path.cwd())} course "
    return re.sub(rf"(['`]|: |  )course (?=(?:{named}|--help)(?![\w-]))", lambda found: f"{found[1]}{start}", sentence)


def _uv_run(place: Path) -> str:
    """How uv is called there: away from the project whose environment this is, the project must be named."""
    project = Path(sys.prefix).parent
    if (project / "pyproject.toml").is_file() and project not in (place.resolve(), *place.resolve().parents):
        return f"uv run --project {shlex.quote(str(project))}"
    return "uv run"
