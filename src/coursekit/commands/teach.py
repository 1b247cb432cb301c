"""Commands for instructors: release, collect, grade, feedback, export."""

from __future__ import annotations

import json
import shlex
import sys
from pathlib import Path

import click

from coursekit.commands import course_option, say, say_json
from coursekit.course import Course
from coursekit.errors import CourseKitError, counted


def _say_next(course: Course, unit: str) -> None:
    """What comes next for a unit, as 'course status' has it."""
    from coursekit.classroom import unit_status

    row = unit_status(course, unit)
    if not row.step:
        say(f"Nothing is left to do for {unit}. 'course export marks.csv' writes the marks.")
    elif row.step == "mark":
        say(f"Next: '{row.next_step}': {counted(row.to_mark, 'student')} with written answers that nobody has marked.")
    else:
        say(f"Next: '{row.next_step}'.")


@click.command("release")
@click.argument("unit")
@course_option
def release_command(course: Course, unit: str) -> None:
    """Make a UNIT's student version, register it in the gradebook, put it into the exchange where there is one.

    Then the reference answer is graded with its checks beside it and apart: what cannot be kept apart is named.
    """
    from coursekit.jobs import try_reference_answer
    from coursekit.release import exchange_root, release

    name = course.unit(unit)
    for sentence in release(course, name):
        say(sentence)
    for sentence in try_reference_answer(course, name):
        say(sentence)
    where = "--exchange" if exchange_root(course) else "FOLDER-OR-ZIP"
    say(f"Next: when work has come in, 'course collect {unit} {where}'.")


@click.command("collect")
@click.argument("unit")
@click.argument("path", type=click.Path(path_type=Path), required=False)
@click.option("--exchange", is_flag=True, help="From nbgrader's exchange, in place of PATH.")
@course_option
def collect_command(course: Course, unit: str, path: Path | None, exchange: bool) -> None:
    """Take in a UNIT's submissions from PATH: a folder of notebooks, or the zip from Canvas, Moodle or the like.

    Exit status 1 when a file could not be mapped to a student or was refused; everything else is taken in all the same.
    """
    from coursekit.collect import collect
    from coursekit.exchange import collect_from_exchange

    if exchange == (path is not None):
        raise click.UsageError("Name either a PATH (a folder or a zip) or --exchange.")
    if path is None:
        name = course.unit(unit)
        students, odd = collect_from_exchange(course, name)
        for sentence in odd:
            say(sentence)
        say(f"Handed in by {counted(len(students), 'student')}: {', '.join(students) or 'nobody yet'}.")
        if students:
            _say_next(course, name)
        else:
            say("Next: collect again when somebody has handed in.")
        return
    name = course.unit(unit)
    result = collect(course, name, path)
    for line in [*result.lines(), *result.advice(name)]:
        say(line)
    if result.taken or result.unchanged or result.older:
        _say_next(course, name)
    sys.exit(1 if result.unmapped or result.refused else 0)


@click.command("grade")
@click.argument("unit")
@click.option("--workers", type=click.IntRange(min=1), help="Processes that grade side by side (default: one a core).")
@click.option("--scheduler", metavar="ADDRESS", help="Grade on a Dask cluster, for example tcp://10.0.0.5:8786.")
@click.option("--student", "students", multiple=True, help="Grade only this student; may be given again.")
@click.option("--force", is_flag=True, help="Grade again what is already graded.")
@click.option("--question", help="Grade this question again for everybody; points of other questions stay.")
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
    question: str | None,
    trust_submissions: bool,
    json_file: Path | None,
) -> None:
    """Grade everything handed in for a UNIT. Every submission gets a row, whatever is in it.

    Exit status 0: every submission has a score; 1: some could not be given one; 2: the call or the course is wrong.
    """
    from coursekit.grading import grade_class

    if json_file is not None and not json_file.absolute().parent.is_dir():
        raise CourseKitError(f"There is no folder {json_file.absolute().parent} for --json. Make it, or name another.")
    name = course.unit(unit)
    run, said = grade_class(
        course,
        name,
        students=list(students) or None,
        force=force,
        question=question,
        workers=workers,
        scheduler=scheduler,
        trust_submissions=trust_submissions,
    )
    if json_file is not None:
        json_file.write_text(json.dumps(run.to_json(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    for line in [*run.lines(), *said]:
        say(line)
    _say_next(course, name)
    sys.exit(run.exit_status)


@click.command("feedback")
@click.argument("unit")
@click.option("--student", "students", multiple=True, help="Only this student; may be given again.")
@course_option
def feedback_command(course: Course, unit: str, students: tuple[str, ...]) -> None:
    """Write a feedback page for every student of a UNIT."""
    from coursekit.classroom import open_answers
    from coursekit.report import feedback

    name = course.unit(unit)
    pages = feedback(course, name, students=list(students) or None)
    for page in pages:
        say(f"wrote {page.relative_to(course.root)}")
    open_marks = open_answers(course, [name])[name]
    if open_marks:
        say(
            f"{counted(len(pages), 'page')}. Not final: {counted(open_marks, 'student')} with written answers that nobody "
            f"has marked. Next: 'course mark {unit}', then 'course feedback {unit}' again."
        )
    else:
        say(f"{counted(len(pages), 'page')}. Next: give each student theirs; 'course export marks.csv' for the marks.")


@click.command("report")
@click.argument("unit")
@course_option
def report_command(course: Course, unit: str) -> None:
    """Report on a UNIT's class: scores, questions, known mistakes, flags, as a page and as CSV."""
    from coursekit.report import class_report

    for path in class_report(course, course.unit(unit)):
        say(f"wrote {path.relative_to(course.root)}")
    say("Next: open index.html in a browser.")


@click.command("export")
@click.argument("path", type=click.Path(path_type=Path), default="grades.csv")
@click.option("--format", "layout", type=click.Choice(["csv", "canvas", "moodle"]), default="csv", show_default=True)
@course_option
def export_command(course: Course, path: Path, layout: str) -> None:
    """Write everybody's marks to a CSV file at PATH, laid out for people, for Canvas or for Moodle."""
    from coursekit.classroom import open_answers
    from coursekit.report import export

    rows = export(course, path, format=layout)
    say(f"wrote {path}: {counted(rows, 'row')}.")
    unmarked = {unit: students for unit, students in open_answers(course).items() if students}
    for unit, students in unmarked.items():
        say(
            f"Not final: {unit} has {counted(students, 'student')} with written answers that nobody has marked. "
            f"Next: 'course mark {unit}', then export again."
        )
    if not unmarked:
        say("Next: compare one row with the student's feedback page, then import the file where marks are kept.")


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
    say(f"Next: cd {shlex.quote(str(made.root))}, then 'course release {wanted[0]}' and 'course bundle'.")


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
            "to look at: files that could not be read or were flagged. 'course lab --teach', Formgrader, Manual Grading."
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
