"""The `course` command: a skin over functions that return data.

The list of commands is written out here and each is imported only when it is called, so that `course --help` is quick.
"""

from __future__ import annotations

import importlib
import io
import sys
from typing import Any

import click

from coursekit.commands import as_typed
from coursekit.errors import CourseKitError, did_you_mean, printable

# name -> (module under coursekit.commands, what it does); in the order in which help shows them, by who uses them
LEARN = {
    "lab": ("learn", "Open the course in JupyterLab."),
    "check": ("learn", "Check your answers in a unit."),
    "hint": ("learn", "Show the next hint for a question."),
    "solution": ("learn", "Show the reasoned answer to a question."),
    "reset": ("learn", "Take a fresh copy of a unit; yours is kept."),
    "repair": ("learn", "Put a damaged notebook right; the old one is kept."),
    "submit": ("learn", "Hand in a unit and get a receipt."),
    "doctor": ("learn", "Say what is installed, what is missing, what to type."),
}
TEACH = {
    "new-class": ("classroom", "Set up a class: students, due dates, units."),
    "students": ("classroom", "Add students to the class from a CSV."),
    "status": ("classroom", "Say how far each unit is, and what comes next."),
    "release": ("teach", "Make a unit's student version and register it."),
    "bundle": ("classroom", "Make one zip for students, proved to hold no key."),
    "collect": ("teach", "Take in submissions: a folder, or the zip of Canvas or Moodle."),
    "grade": ("teach", "Grade everything that was handed in."),
    "mark": ("mark", "Mark written answers in a page, by rubric, without names."),
    "agreement": ("mark", "Compare two markers: Cohen's kappa, and what differs."),
    "due": ("mark", "Set or move a unit's due date."),
    "extend": ("mark", "Give one student more time."),
    "feedback": ("teach", "Write feedback pages for students."),
    "report": ("teach", "Report on the class: questions, known mistakes, flags."),
    "export": ("teach", "Write marks as CSV."),
}
AUTHOR = {
    "build": ("author", "Make the notebooks from the manuscript."),
    "site": ("author", "Make the web edition: static pages, without network."),
    "import": ("author", "Take an edited notebook back into the manuscript."),
}
GROUPS = {"For learners": LEARN, "For instructors": TEACH, "For authors": AUTHOR}
COMMANDS = {name: entry for group in GROUPS.values() for name, entry in group.items()}


class Commands(click.Group):
    """Commands that are imported when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        module = importlib.import_module(f"coursekit.commands.{COMMANDS[name][0]}")
        command: click.Command = getattr(module, f"{name.replace('-', '_')}_command")
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and not args[0].startswith("-") and args[0] not in COMMANDS:
            raise click.UsageError(
                f"There is no command '{args[0]}'.{did_you_mean(args[0], COMMANDS)} 'course --help' lists all."
            )
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        for title, group in GROUPS.items():
            with formatter.section(title):
                formatter.write_dl([(name, entry[1]) for name, entry in group.items()])


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="tipcourse", prog_name="course")
def course() -> None:
    """Learn, teach and build the course.

    Commands act on the nearest course folder (the one with nbgrader_config.py) at or above where you are. Units can be
    named in full, by their name or by their number: 3-tiers, tiers, 3.
    """


def main(args: list[str] | None = None) -> Any:
    """Run a command; whatever goes wrong is one sentence on stderr and an exit status of 1 or 2, never a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a console or a file of few letters shows ? for the others
            stream.reconfigure(errors="replace")
    try:
        return course.main(args=args, prog_name="course", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        print(error.format_message())
        sys.exit(0)
    except click.ClickException as error:
        said = error.format_message() + ("" if error.format_message().endswith((".", "?")) else ".")
        hint = " Add --help to see how the command is used." if isinstance(error, click.UsageError) else ""
        complain(said + hint)
        sys.exit(2)
    except click.exceptions.Exit as stop:
        sys.exit(stop.exit_code)
    except (click.Abort, KeyboardInterrupt):
        complain("stopped by you. What was finished before is kept; run the command again to go on.")
        sys.exit(130)
    except CourseKitError as error:
        complain(str(error))
        sys.exit(error.exit_status)
    except OSError as error:
        what = f"{error.strerror or error}" + (f": {error.filename}" if error.filename else "")
        complain(f"the system refused ({what}). Make room or get the right to write there, then run it again.")
        sys.exit(2)
    except Exception as error:  # a fault of ours: the user gets a sentence, the report gets the traceback
        complain(f"a fault in the program ({type(error).__name__}: {error}). {_kept_report()}")
        sys.exit(2)


def complain(sentence: str) -> None:
    """One line on standard error."""
    print(f"course: {as_typed(printable(sentence))}", file=sys.stderr)


def _kept_report() -> str:
    """Where the traceback of the fault was written, in a sentence."""
    import tempfile
    import traceback

    try:
        with tempfile.NamedTemporaryFile(
            "w", prefix="course-fault-", suffix=".txt", delete=False, encoding="utf-8"
        ) as file:
            file.write(traceback.format_exc())
    except OSError:
        return "Please report these words."
    return f"Please report it with the file {file.name}."


if __name__ == "__main__":  # python -m coursekit.cli, where the word course is not found
    main()
