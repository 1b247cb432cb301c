"""Commands for instructors, about the work of one unit: release, collect, grade, feedback, report, export."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from coursekit.commands import course_option, say
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
@click.option(
    "--question", help="Grade this question again for all; other points stay, but work handed in since is graded whole."
)
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
