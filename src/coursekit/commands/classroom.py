"""Commands for instructors, about the class: new-class, students, status, bundle."""

from __future__ import annotations

import shlex
from pathlib import Path

import click

from coursekit.commands import course_option, say, say_json
from coursekit.course import Course
from coursekit.errors import CourseKitError, counted


@click.command("new-class")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--students",
    type=click.Path(path_type=Path),
    help="CSV with a column id; first_name, last_name, email are used too.",
)
@click.option("--unit", "units", multiple=True, help="A unit to teach; give it once for each. Default: all.")
@click.option(
    "--due", "dues", multiple=True, metavar="UNIT=DATE", help="For example tiers=2027-02-01, or tiers=2027-02-01T17:00."
)
@click.option(
    "--show-solutions/--hide-solutions",
    default=False,
    show_default=True,
    help="Whether students may ask for solutions.",
)
@course_option
def new_class_command(
    course: Course,
    folder: Path,
    students: Path | None,
    units: tuple[str, ...],
    dues: tuple[str, ...],
    show_solutions: bool,
) -> None:
    """Set up a class in a new FOLDER, with the keys of its units; the course itself is not touched."""
    from coursekit.classroom import new_class, parse_due
    from coursekit.roster import roster

    wanted = [course.unit(name) for name in units] or course.units
    due = {}
    for entry in dues:
        name, sign, date = entry.partition("=")
        if not sign:
            raise CourseKitError(f"'{entry}' is not a due date. Write UNIT=DATE, for example tiers=2027-02-01.")
        due[course.unit(name)] = parse_due(date)
    made = new_class(course, folder, students, wanted, due, show_solutions)
    people = counted(len(roster(made)), "student")
    say(f"The class is in {made.root}: {counted(len(wanted), 'unit')}, {people}.")
    if students is None:
        say("No list of students was given, so whoever hands in is taken in. 'course students FILE.csv' adds a list.")
    say(f"Next: cd {shlex.quote(str(made.root))}, then 'course release {wanted[0]}' and 'course bundle'.", made.root)


@click.command("students")
@click.argument("path", type=click.Path(path_type=Path))
@course_option
def students_command(course: Course, path: Path) -> None:
    """Add the students of a CSV at PATH to the class, or renew their names. Nobody is removed."""
    from coursekit.roster import add_students

    new, known = add_students(course, path)
    say(f"{counted(len(new), 'student')} added, {len(known)} known before. Next: 'course status'.")


@click.command("status")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON list, for scripts.")
@course_option
def status_command(course: Course, as_json: bool) -> None:
    """Say for each unit what is released, collected, graded, to be marked by hand, returned - and what to do next."""
    from dataclasses import asdict

    from coursekit.classroom import status

    rows = status(course)
    if as_json:
        say_json([asdict(row) | {"due": row.due and str(row.due), "next": row.next_step} for row in rows])
        return
    say(
        f"{'unit':<16}{'released':<10}{'collected':>10}{'graded':>8}{'to mark':>9}{'to look at':>12}{'returned':>10}  next"
    )
    for row in rows:
        released = "yes" if row.released else "no"
        say(
            f"{row.unit:<16}{released:<10}{row.collected:>10}{row.graded:>8}{row.to_mark:>9}{row.to_look_at:>12}{row.returned:>10}  {row.next_step}"
        )
    if any(row.to_look_at for row in rows):
        say(
            "to look at: files that could not be read or graded. 'course lab --teach', Formgrader, Manual Grading. "
            "What was flagged stands in the report."
        )


@click.command("bundle")
@click.argument("path", type=click.Path(path_type=Path), default="course-for-students.zip")
@course_option
def bundle_command(course: Course, path: Path) -> None:
    """Make one zip for students at PATH: lessons, released units, programs. It is searched for every answer first."""
    from coursekit.bundle import make_bundle

    files, searched = make_bundle(course, path)
    say(f"wrote {path}: {files} files. None of {searched} answers, hidden checks and rubrics is in it.")
    say("Next: put it where your students can download it.")
