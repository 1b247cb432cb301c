"""Commands for learners: lab, check, hint, solution, reset, submit, doctor."""

from __future__ import annotations

import datetime as dt
import sys
from contextlib import suppress

import click

from coursekit.commands import course_option, say, say_json
from coursekit.course import Course

RELOAD = "Is it open in JupyterLab? There: File > Reload Notebook from Disk, and do not save before that."


@click.command("lab")
@click.option("--port", type=click.IntRange(1, 65535), default=8888, show_default=True, help="First port to try.")
@click.option("--no-browser", is_flag=True, help="Open no browser; the address is printed.")
@click.option("--teach", is_flag=True, help="Open the whole course folder, with nbgrader's Formgrader.")
@course_option
def lab_command(course: Course, port: int, no_browser: bool, teach: bool) -> None:
    """Open the course in JupyterLab, in your own copy (work/). What you changed is never overwritten."""
    from coursekit import desk, lab

    if not teach:
        for sentence in desk.update(course).sentences():
            say(sentence)
    say("Opening JupyterLab. If no browser opens, copy the address below (http://…) into one. Ctrl+C here closes it.")
    sys.exit(lab.run(course, teach=teach, port=port, browser=not no_browser))


@click.command("check")
@click.argument("unit")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object, for scripts.")
@course_option
def check_command(course: Course, unit: str, as_json: bool) -> None:
    """Check your answers in a UNIT. Exit status 0 only when all is right."""
    from coursekit.check import check_unit

    result = check_unit(course, course.unit(unit))
    if as_json:
        say_json(result.as_json())
    else:
        for line in result.lines():
            say(line)
    sys.exit(0 if result.all_right else 1)


@click.command("hint")
@click.argument("unit")
@click.argument("question")
@course_option
def hint_command(course: Course, unit: str, question: str) -> None:
    """Show the next hint for a QUESTION of a UNIT, below those before: its number (1 is the first) or its name."""
    from coursekit.exercises import find_question
    from coursekit.student import next_hint

    found = find_question(course, question, course.unit(unit))
    say(f"{found.title} ({found.grade_id})")
    say(next_hint(course, found))


@click.command("solution")
@click.argument("unit")
@click.argument("question")
@click.option("--yes", is_flag=True, help="Do not ask whether you really want to see it.")
@course_option
def solution_command(course: Course, unit: str, question: str, yes: bool) -> None:
    """Show the reasoned answer to a QUESTION of a UNIT."""
    from coursekit.exercises import find_question, model_answer

    found = find_question(course, question, course.unit(unit))
    answer, reasoning = model_answer(course, found)
    if not yes:
        click.confirm(f"Show the whole answer to '{found.title}'?", abort=True)
    say(answer)
    if reasoning:
        say(f"\nWhy: {reasoning}")


@click.command("reset")
@click.argument("unit")
@course_option
def reset_command(course: Course, unit: str) -> None:
    """Take a fresh copy of a UNIT's assignment. Your own is kept beside it."""
    from coursekit import desk

    fresh, kept = desk.reset(course, course.unit(unit), dt.datetime.now().astimezone())
    say(f"A fresh copy is in {fresh.relative_to(course.root)}. Yours is kept as {kept.relative_to(course.root)}.")
    say(RELOAD)


@click.command("submit")
@click.argument("unit")
@course_option
def submit_command(course: Course, unit: str) -> None:
    """Hand in a UNIT: through the class's exchange, or as one file to upload. Prints a receipt."""
    from coursekit import desk, notebooks
    from coursekit.answers import answers_in, left_open
    from coursekit.errors import CourseKitError
    from coursekit.exercises import questions_of
    from coursekit.release import exchange_root

    name = course.unit(unit)
    receipt = desk.submit(course, name, dt.datetime.now().astimezone(), exchange_root(course))
    say(receipt.text())
    with suppress(CourseKitError):  # it is handed in, whatever may be said about it
        note = left_open(questions_of(course, name), answers_in(notebooks.load(desk.notebook(course, name))))
        if note:
            say(note)


@click.command("doctor")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON list, for scripts.")
@course_option
def doctor_command(course: Course, as_json: bool) -> None:
    """Say what is installed, what is missing and what to type. Exit status 0 unless learning is not possible."""
    from dataclasses import asdict

    from coursekit.doctor import examine, learner_can_work

    findings = examine(course)
    if as_json:
        say_json([asdict(f) for f in findings])
    else:
        titles = {"learner": "To learn", "instructor": "To grade", "tests": "To test"}
        for group, title in titles.items():
            say(f"{title}:")
            for f in (f for f in findings if f.for_whom == group):
                say(f"  {'ok     ' if f.well else 'MISSING'} {f.name}: {f.found}{'. ' + f.advice if f.advice else ''}")
    sys.exit(0 if learner_can_work(findings) else 1)


@click.command("repair")
@click.argument("unit")
@course_option
def repair_command(course: Course, unit: str) -> None:
    """Put your notebook of a UNIT right when cells were copied, deleted or stripped. Yours is kept beside it."""
    from coursekit.repair import repair

    name = course.unit(unit)
    path, kept, done = repair(course, name, dt.datetime.now().astimezone())
    if kept is None:
        say(f"Nothing is wrong with {path.relative_to(course.root)}. Next: 'course check {unit}'.")
        return
    for sentence in done:
        say(sentence)
    say(
        f"{path.relative_to(course.root)} is right again. The old one is kept as {kept.name}. Next: 'course check {unit}'."
    )
    say(RELOAD)
