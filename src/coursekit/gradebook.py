"""Who writes marks into nbgrader's gradebook?

Only this module, one submission at a time, each in one transaction: after a crash a submission is there as a whole or
not at all. Tables and rules are nbgrader's (nbgrader.api); manual marks, comments and extra credit are never touched.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from coursekit.course import Course
from coursekit.errors import CourseKitError, GradebookBusy
from coursekit.worlds.plan import Plan


@dataclass
class NotebookMarks:
    """What goes into the gradebook for one submitted notebook.

    scores     points by grade id; None: a person has to mark it
    untouched  answers that are still the stub
    unmarked   grade ids that a person should look at although they have points
    """

    scores: dict[str, float | None] = field(default_factory=dict)
    untouched: set[str] = field(default_factory=set)
    unmarked: set[str] = field(default_factory=set)


class Gradebook:
    """The course's gradebook, open for one assignment. Use as a context manager."""

    def __init__(self, course: Course, assignment: str) -> None:
        self._course = course
        self._assignment = assignment
        self._ids: dict[str, str] = {}

    def __enter__(self) -> Gradebook:
        with _plain_words():
            self._book = _connect(self._course)
        self._db = self._book.db
        self._course_id = self._book.course_id
        return self

    def __exit__(self, *_: object) -> None:
        self._book.close()

    # ---- the assignment ----

    def register(self, plans: list[Plan]) -> None:
        """Make sure that the gradebook knows the assignment's notebooks and cells as the source has them.

        raises  CourseKitError where cells were added or removed although submissions were graded
        """
        from nbgrader.api import MissingEntry

        with _plain_words():
            try:
                self._book.find_assignment(self._assignment)
            except MissingEntry:
                self._book.add_assignment(self._assignment, course_id=self._course_id)
            for plan in plans:
                if not self._is_registered(plan):
                    self._save_cells(plan)
            self._db.expire_all()
            found = self._book.find_assignment(self._assignment)
            self._due = found.duedate
            self._assignment_id = found.id
            self._notebooks = {notebook.name: _Cells(notebook) for notebook in found.notebooks}
            self._db.commit()

    def _is_registered(self, plan: Plan) -> bool:
        from nbgrader.api import MissingEntry

        try:
            notebook = self._book.find_notebook(plan.notebook, self._assignment)
        except MissingEntry:
            return False
        held = {cell.name: (cell.source, cell.cell_type) for cell in notebook.source_cells}
        points = {cell.name: cell.max_score for cell in [*notebook.grade_cells, *notebook.task_cells]}
        graded = {c.grade_id: c.points for c in plan.cells if c.kind in ("check", "manual", "task")}
        return held == {c.grade_id: (c.source, c.cell_type) for c in plan.cells} and points == graded

    def _save_cells(self, plan: Plan) -> None:
        """nbgrader's own step, on a notebook that holds the cells of the plan."""
        from nbformat.notebooknode import from_dict
        from nbgrader.preprocessors import SaveCells

        cells = [{"cell_type": c.cell_type, "source": c.source, "metadata": c.metadata} for c in plan.cells]
        nb = from_dict({"cells": cells, "metadata": {"kernelspec": plan.kernelspec}})
        names = {"notebook": plan.notebook, "assignment": self._assignment, "db_url": _folders(self._course).db_url}
        self._db.commit()
        try:
            SaveCells(config=self._course.config).preprocess(nb, {"nbgrader": names})
        except RuntimeError as error:
            raise CourseKitError(
                f"The cells of '{plan.notebook}' changed after submissions had been graded: {error}. "
                "Undo that change, or remove the graded submissions (nbgrader db assignment remove) first."
            ) from error

    # ---- one submission ----

    def write(self, student: str, marks: dict[str, NotebookMarks], timestamp: dt.datetime | None) -> None:
        """Write a submission's automatic marks in one transaction.

        marks      by notebook; a notebook of the assignment that is not named counts 0
        timestamp  when it was handed in (UTC), where that is known
        raises     GradebookBusy where the gradebook cannot be written now; nothing was changed
        """
        with _plain_words():
            try:
                self._write(student, marks, timestamp)
                self._db.commit()
            except BaseException:
                self._db.rollback()
                raise

    def _write(self, student: str, marks: dict[str, NotebookMarks], timestamp: dt.datetime | None) -> None:
        from nbgrader import api

        self._ensure_student(student)
        table = api.SubmittedAssignment.__table__
        where = (table.c.assignment_id == self._assignment_id) & (table.c.student_id == student)
        found = self._db.execute(table.select().where(where)).mappings().first()
        if found is None:
            submission_id = api.new_uuid()
            self._db.execute(
                table.insert().values(
                    id=submission_id, assignment_id=self._assignment_id, student_id=student, timestamp=timestamp
                )
            )
        else:
            submission_id = found["id"]
            if timestamp is not None:
                self._db.execute(table.update().where(table.c.id == submission_id).values(timestamp=timestamp))
        handed_in = timestamp or (found["timestamp"] if found else None)
        late_seconds = self._late_seconds(handed_in, found["extension"] if found else None)
        for name, cells in self._notebooks.items():
            notebook_id = self._notebook_id(submission_id, cells)
            given = marks.get(name) or NotebookMarks(scores=dict.fromkeys(cells.graded, 0.0))
            self._write_grades(notebook_id, cells, given)
            self._write_comments(notebook_id, cells, given)
            self._write_penalty(notebook_id, student, late_seconds)

    def _ensure_student(self, student: str) -> None:
        from nbgrader import api

        if self._db.get(api.Student, student) is None:
            self._db.execute(api.Student.__table__.insert().values(id=student))

    def _notebook_id(self, submission_id: str, cells: _Cells) -> str:
        from nbgrader import api

        table = api.SubmittedNotebook.__table__
        where = (table.c.assignment_id == submission_id) & (table.c.notebook_id == cells.id)
        found = self._db.execute(table.select().where(where)).mappings().first()
        if found is not None:
            return str(found["id"])
        made = api.new_uuid()
        row = {"id": made, "assignment_id": submission_id, "notebook_id": cells.id, "flagged": False}
        self._db.execute(table.insert().values(row))
        return made

    def _write_grades(self, notebook_id: str, cells: _Cells, given: NotebookMarks) -> None:
        from nbgrader import api

        table = api.Grade.__table__
        held = {
            row["cell_id"]: row
            for row in self._db.execute(table.select().where(table.c.notebook_id == notebook_id)).mappings()
        }
        new = []
        for name, cell_id in cells.graded.items():
            score = given.scores.get(name)
            old = held.get(cell_id)
            by_hand = old is not None and old["manual_score"] is not None
            values = {
                "auto_score": score,
                "needs_manual_grade": by_hand or score is None or name in given.unmarked,
            }
            if old is None:
                new.append({"id": api.new_uuid(), "cell_id": cell_id, "notebook_id": notebook_id, **values})
            elif any(old[key] != value for key, value in values.items()):
                self._db.execute(table.update().where(table.c.id == old["id"]).values(values))
        if new:
            self._db.execute(table.insert(), new)

    def _write_comments(self, notebook_id: str, cells: _Cells, given: NotebookMarks) -> None:
        from nbgrader import api

        table = api.Comment.__table__
        held = {
            row["cell_id"]: row
            for row in self._db.execute(table.select().where(table.c.notebook_id == notebook_id)).mappings()
        }
        new = []
        for name, cell_id in cells.commented.items():
            text = "No response." if name in given.untouched else None
            old = held.get(cell_id)
            if old is None:
                row = {"id": api.new_uuid(), "cell_id": cell_id, "notebook_id": notebook_id, "auto_comment": text}
                new.append(row)
            elif old["auto_comment"] != text:
                self._db.execute(table.update().where(table.c.id == old["id"]).values(auto_comment=text))
        if new:
            self._db.execute(table.insert(), new)

    # ---- lateness ----

    def _late_seconds(self, handed_in: dt.datetime | None, extension: dt.timedelta | None) -> float:
        if handed_in is None or self._due is None:
            return 0.0
        return max(0.0, (handed_in - self._due - (extension or dt.timedelta())).total_seconds())

    def _write_penalty(self, notebook_id: str, student: str, late_seconds: float) -> None:
        """The course's late-penalty plug-in, held between 0 and the notebook's score as nbgrader does."""
        from nbgrader import api

        penalty = None
        if late_seconds > 0:
            score = self._score(notebook_id)
            penalty = self._late_plugin().late_submission_penalty(student, score, late_seconds)
            if penalty is not None:
                penalty = min(max(0.0, penalty), score)
        table = api.SubmittedNotebook.__table__
        self._db.execute(table.update().where(table.c.id == notebook_id).values(late_submission_penalty=penalty))

    def _late_plugin(self) -> Any:
        from nbgrader.preprocessors import AssignLatePenalties

        if not hasattr(self, "_plugin"):
            step = AssignLatePenalties(config=self._course.config)
            step.init_plugin()
            self._plugin = step.plugin_inst
        return self._plugin

    def _score(self, notebook_id: str) -> float:
        from nbgrader import api

        table = api.Grade.__table__
        rows = self._db.execute(table.select().where(table.c.notebook_id == notebook_id)).mappings()
        return sum(score_of(row["auto_score"], row["manual_score"], row["extra_credit"]) for row in rows)

    # ---- reading ----

    def scores(self) -> dict[str, float]:
        """Every student's score of the assignment, manual marks included, late penalties not taken off."""
        from nbgrader import api
        from sqlalchemy import select

        query = (
            select(
                api.SubmittedAssignment.student_id, api.Grade.auto_score, api.Grade.manual_score, api.Grade.extra_credit
            )
            .join(api.SubmittedNotebook, api.SubmittedNotebook.assignment_id == api.SubmittedAssignment.id)
            .join(api.Grade, api.Grade.notebook_id == api.SubmittedNotebook.id)
            .where(api.SubmittedAssignment.assignment_id == self._assignment_id)
        )
        totals: dict[str, float] = {}
        with _plain_words():
            for student, auto, manual, extra in self._db.execute(query):
                totals[student] = totals.get(student, 0.0) + score_of(auto, manual, extra)
            self._db.commit()
        return totals


@contextmanager
def open_book(course: Course) -> Iterator[Any]:
    """nbgrader's own gradebook object of a course; the gradebook is made when there is none yet."""
    with _plain_words(), _connect(course) as book:
        yield book


def is_made(course: Course) -> bool:
    """Whether the course has a gradebook; one on a server is taken to be there."""
    file = _file_of(_folders(course).db_url)
    return file is None or file.is_file()


def _connect(course: Course) -> Any:
    from nbgrader import api

    folders = _folders(course)
    file = _file_of(folders.db_url)
    if file is not None:
        file.parent.mkdir(parents=True, exist_ok=True)
    # To learn this one word for a new gradebook nbgrader starts the program alembic, which takes seconds to load.
    api.get_alembic_version = _newest_schema
    return api.Gradebook(folders.db_url, folders.course_id)


def _folders(course: Course) -> Any:
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


class _Cells:
    """Ids of a notebook's cells in the gradebook, by grade id."""

    def __init__(self, notebook: Any) -> None:
        self.id = notebook.id
        self.graded = {cell.name: cell.id for cell in [*notebook.grade_cells, *notebook.task_cells]}
        self.commented = {cell.name: cell.id for cell in [*notebook.solution_cells, *notebook.task_cells]}


def score_of(auto: float | None, manual: float | None, extra: float | None) -> float:
    """nbgrader's rule: the manual mark where there is one, else the automatic one; extra credit on top of either."""
    base = manual if manual is not None else auto
    return 0.0 if base is None else float(base) + float(extra or 0.0)


@contextmanager
def _plain_words() -> Iterator[None]:
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
