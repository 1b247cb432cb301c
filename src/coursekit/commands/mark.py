"""Commands for instructors, about marks: mark, agreement, due, extend."""

from __future__ import annotations

import webbrowser

import click

from coursekit.commands import course_option, say, say_json
from coursekit.course import Course
from coursekit.errors import CourseKitError, counted


@click.command("mark")
@click.argument("unit")
@click.option("--marker", default="", help="Your name, kept with each mark. Default: first or second.")
@click.option("--second", is_flag=True, help="Mark as a second person: kept beside, blind to the first.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=0, help="Port of the page on this machine. Default: any free one."
)
@click.option("--no-browser", is_flag=True, help="Open no browser; the address is printed.")
@course_option
def mark_command(course: Course, unit: str, marker: str, second: bool, port: int, no_browser: bool) -> None:
    """Mark the written answers of a UNIT in a browser page: by rubric, without names, with the keyboard.

    Each choice is saved at once. Close with Ctrl+C; start again at any time.
    """
    from coursekit import late
    from coursekit.marking import Marking, confirm_unchanged
    from coursekit.marking_page import MarkingServer

    name = course.unit(unit)
    role = "second" if second else "first"
    confirm_unchanged(course, name)
    marking = Marking(course, name, marker or role, role)
    todo = len(marking.answers())
    try:
        server = MarkingServer(marking, port)
    except OSError as error:
        raise CourseKitError(
            f"Port {port} cannot be used ({error.strerror}). Leave --port out: a free one is taken."
        ) from error
    say(
        f"{counted(todo, 'answer')} to {counted(len(marking.questions), 'question')}. The page is at\n  {server.address}"
    )
    say("It works on this machine only. If no browser opens, copy the address into one. Ctrl+C here closes it.")
    if not no_browser:
        webbrowser.open(server.address)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        say("")
    finally:
        server.server_close()
    if role == "first":
        late.settle(course, name)
    left = sum(not answer["done"] for answer in marking.state()["answers"])
    if left:
        again = " --second" if second else ""
        say(
            f"What you marked is kept. Not marked yet: {counted(left, 'answer')}. Next: 'course mark {unit}{again}' again."
        )
    else:
        say(f"All are marked. Next: 'course {'agreement' if second else 'feedback'} {unit}'.")


@click.command("agreement")
@click.argument("unit")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object, for scripts.")
@course_option
def agreement_command(course: Course, unit: str, as_json: bool) -> None:
    """Compare the first and the second marker of a UNIT: Cohen's kappa for each criterion, and what differs."""
    from dataclasses import asdict

    from coursekit.agreement import agreement

    found = agreement(course, course.unit(unit))
    if as_json:
        say_json(asdict(found))
        return
    for line in found.lines():
        say(line)
    say(
        f"Next: talk about what differs; 'course mark {unit}' changes the first marker's points, which are the ones that count."
    )


@click.command("due")
@click.argument("unit")
@click.argument("date")
@course_option
def due_command(course: Course, unit: str, date: str) -> None:
    """Set or move the due DATE of a UNIT: 2027-02-01 (the end of that day), or 2027-02-01T17:00."""
    from coursekit import late
    from coursekit.classroom import parse_due

    name = course.unit(unit)
    late.set_due(course, name, parse_due(date))
    say(f"{name} is due on {date}. Next: 'course status'.")


@click.command("extend")
@click.argument("unit")
@click.argument("student")
@click.argument("date")
@course_option
def extend_command(course: Course, unit: str, student: str, date: str) -> None:
    """Let one STUDENT hand in a UNIT until DATE: 2027-02-08, or 2027-02-08T17:00. Penalties follow at once."""
    from coursekit import late
    from coursekit.classroom import parse_due

    name = course.unit(unit)
    late.extend(course, name, student, parse_due(date))
    say(f"{student} may hand in {name} until {date}. Next: 'course status'.")
