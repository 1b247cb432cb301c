"""How is nbgrader's gradebook opened, and what is said where it cannot be used?

Tables and rules are nbgrader's (nbgrader.api). Where there is no gradebook yet, one is made; what a database says becomes
a sentence for the person at the keyboard.

Not here: the automatic marks of a submission (automatic).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from coursekit.course import Course
from coursekit.errors import GradebookBusy


@contextmanager
def open_book(course: Course) -> Iterator[Any]:
    """nbgrader's own gradebook object of a course; the gradebook is made when there is none yet."""
    with plain_words(), connect(course) as book:
        yield book


def is_made(course: Course) -> bool:
    """Whether the course has a gradebook; one on a server is taken to be there."""
    file = _file_of(address(course))
    return file is None or file.is_file()


def connect(course: Course) -> Any:
    """The same, to be closed by the caller; what the database says comes as it is."""
    from nbgrader import api

    settings = _settings(course)
    file = _file_of(settings.db_url)
    if file is not None:
        file.parent.mkdir(parents=True, exist_ok=True)
    # To learn this one word for a new gradebook nbgrader starts the program alembic, which takes seconds to load.
    api.get_alembic_version = _newest_schema
    return api.Gradebook(settings.db_url, settings.course_id)


def address(course: Course) -> str:
    """Where the gradebook is, as SQLAlchemy writes it."""
    return str(_settings(course).db_url)


def _settings(course: Course) -> Any:
    from nbgrader.coursedir import CourseDirectory

    return CourseDirectory(config=course.config)


def _file_of(url: str) -> Path | None:
    """Where a gradebook of SQLite lies; None for one on a server or in memory."""
    return Path(url.removeprefix("sqlite:///")) if url.startswith("sqlite:///") and ":memory:" not in url else None


def _newest_schema() -> str:
    """The newest version of nbgrader's tables, as its own migrations name it."""
    import nbgrader
    from alembic.script import ScriptDirectory

    newest = ScriptDirectory(str(Path(nbgrader.__file__).with_name("alembic"))).get_current_head()
    assert newest is not None
    return newest


def score_of(auto: float | None, manual: float | None, extra: float | None) -> float:
    """nbgrader's rule: the manual mark where there is one, else the automatic one; extra credit on top of either."""
    base = manual if manual is not None else auto
    return 0.0 if base is None else float(base) + float(extra or 0.0)


def scores(book: Any, assignment: str) -> dict[str, float]:
    """Every student's score of an assignment, manual marks included, late penalties not taken off."""
    from nbgrader import api
    from sqlalchemy import select

    query = (
        select(api.SubmittedAssignment.student_id, api.Grade.auto_score, api.Grade.manual_score, api.Grade.extra_credit)
        .join(api.SubmittedNotebook, api.SubmittedNotebook.assignment_id == api.SubmittedAssignment.id)
        .join(api.Grade, api.Grade.notebook_id == api.SubmittedNotebook.id)
        .where(api.SubmittedAssignment.assignment_id == book.find_assignment(assignment).id)
    )
    totals: dict[str, float] = {}
    for student, *points in book.db.execute(query):
        totals[student] = totals.get(student, 0.0) + score_of(*points)
    return totals


@contextmanager
def plain_words() -> Iterator[None]:
    """What a database says, as a sentence for the person at the keyboard."""
    from sqlalchemy.exc import DBAPIError, OperationalError

    try:
        yield
    except OperationalError as error:
        text = str(error.orig)
        if "locked" in text or "busy" in text:
            raise GradebookBusy(
                "The gradebook is locked by another program. Nothing was lost: close the other program (or wait for it) "
                "and run the same command again."
            ) from error
        if "full" in text or "I/O" in text:
            raise GradebookBusy(
                f"The gradebook could not be written ({text}). Nothing was lost: make room on the disk and run the same "
                "command again."
            ) from error
        raise GradebookBusy(
            f"The gradebook cannot be used ({text}). If nbgrader was just upgraded, back it up and run "
            "'nbgrader db upgrade'; then run the same command again."
        ) from error
    except DBAPIError as error:
        if "not a database" in str(error.orig) or "malformed" in str(error.orig):
            raise GradebookBusy(
                f"The gradebook's file is damaged ({error.orig}). Nothing was changed. Put a backup of it in its place; with "
                "none, move it away and type 'course grade UNIT --force' for each unit: marks given by hand are then given anew."
            ) from error
        raise GradebookBusy(
            f"The gradebook refused a change ({error.orig}). Nothing was lost. Run the same command again; if it is refused "
            "again, put a backup of the gradebook in its place."
        ) from error
