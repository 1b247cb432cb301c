"""Commands for instructors: release, collect, grade, feedback, export."""

from __future__ import annotations

import click

from coursekit.commands import course_option, say
from coursekit.course import Course


@click.command("release")
@click.argument("unit")
@course_option
def release_command(course: Course, unit: str) -> None:
    """Make a UNIT's student version, register it in the gradebook, put it into the exchange where there is one."""
    from coursekit.release import release

    for sentence in release(course, course.unit(unit)):
        say(sentence)
    say(
        f"Next: when work has come in, 'course collect {unit} FOLDER-OR-ZIP' (or nbgrader's collect), then 'course grade {unit}'."
    )
