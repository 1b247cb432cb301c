"""Commands for instructors: release, collect, grade, feedback, export."""

from __future__ import annotations

import json
import sys
from pathlib import Path

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


@click.command("collect")
@click.argument("unit")
@click.argument("path", type=click.Path(path_type=Path))
@course_option
def collect_command(course: Course, unit: str, path: Path) -> None:
    """Take in a UNIT's submissions from PATH: a folder of notebooks, or the zip from Canvas, Moodle or the like.

    Exit status 1 when a file could not be mapped to a student or was refused; everything else is taken in all the same.
    """
    from coursekit.collect import collect

    result = collect(course, course.unit(unit), path)
    for line in result.lines():
        say(line)
    say(f"Next: 'course grade {unit}'.")
    sys.exit(1 if result.unmapped or result.refused else 0)


@click.command("grade")
@click.argument("unit")
@click.option("--workers", type=click.IntRange(min=1), help="Processes that grade side by side (default: one a core).")
@click.option("--scheduler", metavar="ADDRESS", help="Grade on a Dask cluster, for example tcp://10.0.0.5:8786.")
@click.option("--student", "students", multiple=True, help="Grade only this student; may be given again.")
@click.option("--force", is_flag=True, help="Grade again what is already graded.")
@click.option(
    "--trust-submissions",
    is_flag=True,
    help="Run students' code without walls. It can then read and change anything you can.",
)
@click.option("--json", "json_file", type=click.Path(path_type=Path), help="Write the whole result to this file.")
@course_option
def grade_command(
    course: Course,
    unit: str,
    workers: int | None,
    scheduler: str | None,
    students: tuple[str, ...],
    force: bool,
    trust_submissions: bool,
    json_file: Path | None,
) -> None:
    """Grade everything handed in for a UNIT. Every submission gets a row, whatever is in it.

    Exit status 0: every submission has a score; 1: some could not be given one; 2: the call or the course is wrong.
    """
    from coursekit.jobs import grade

    run = grade(
        course,
        course.unit(unit),
        workers=workers,
        scheduler=scheduler,
        students=list(students) or None,
        force=force,
        trust_submissions=trust_submissions,
    )
    if json_file is not None:
        json_file.write_text(json.dumps(run.to_json(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    for line in run.lines():
        say(line)
    say(
        f"Next: mark written answers in 'course lab --teach' (Formgrader), then 'course feedback {unit}' and 'course export'."
    )
    sys.exit(run.exit_status)


@click.command("feedback")
@click.argument("unit")
@click.option("--student", "students", multiple=True, help="Only this student; may be given again.")
@course_option
def feedback_command(course: Course, unit: str, students: tuple[str, ...]) -> None:
    """Write a feedback page for every student of a UNIT."""
    from coursekit.report import feedback

    pages = feedback(course, course.unit(unit), students=list(students) or None)
    for page in pages:
        say(f"wrote {page.relative_to(course.root)}")
    say(f"{len(pages)} pages. Next: give each student their page; 'course export marks.csv' for the marks.")


@click.command("export")
@click.argument("path", type=click.Path(path_type=Path), default="grades.csv")
@click.option("--format", "layout", type=click.Choice(["csv", "canvas", "moodle"]), default="csv", show_default=True)
@course_option
def export_command(course: Course, path: Path, layout: str) -> None:
    """Write everybody's marks to a CSV file at PATH, laid out for people or for an LMS."""
    from coursekit.report import export

    rows = export(course, path, format=layout)
    say(f"wrote {path} ({rows} rows)")
