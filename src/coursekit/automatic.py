"""How do automatic marks get into nbgrader's gradebook?

Only by this module, one submission at a time, each in one transaction: after a crash a submission is there as a whole or
not at all. Manual marks, comments and extra credit are never touched.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from nbgrader import api

from coursekit import late
from coursekit.course import Course
from coursekit.errors import CourseKitError
from coursekit.gradebook import address, connect, plain_words, score_of, scores
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


class AutomaticMarks:
    """The course's gradebook, open for the automatic marks of one assignment. Use as a context manager."""

    def __init__(self, course: Course, assignment: str) -> None:
        self._course = course
        self._assignment = assignment

    def __enter__(self) -> AutomaticMarks:
        with plain_words():
            self._book = connect(self._course)
        self._db = self._book.db
        return self

    def __exit__(self, *_: object) -> None:
        self._book.close()

    # ---- the assignment ----

    def register(self, plans: list[Plan]) -> None:
        """Make sure that the gradebook knows the assignment's notebooks and cells as the source has them.

        raises  CourseKitError where cells were added or removed although submissions were graded
        """
        with plain_words():
            try:
                self._book.find_assignment(self._assignment)
            except api.MissingEntry:
                self._book.add_assignment(self._assignment, course_id=self._book.course_id)
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
        try:
            notebook = self._book.find_notebook(plan.notebook, self._assignment)
        except api.MissingEntry:
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
        names = {"notebook": plan.notebook, "assignment": self._assignment, "db_url": address(self._course)}
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
        with plain_words():
            try:
                self._write(student, marks, timestamp)
                self._db.commit()
            except BaseException:
                self._db.rollback()
                raise

    def _write(self, student: str, marks: dict[str, NotebookMarks], timestamp: dt.datetime | None) -> None:
        self._ensure_student(student)
        table = api.SubmittedAssignment.__table__
        whose = {"assignment_id": self._assignment_id, "student_id": student}
        found = self._rows(table, **whose).first()
        if found is None:
            submission_id = api.new_uuid()
            self._db.execute(table.insert().values(id=submission_id, timestamp=timestamp, **whose))
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
        if self._db.get(api.Student, student) is None:
            self._db.execute(api.Student.__table__.insert().values(id=student))

    def _notebook_id(self, submission_id: str, cells: _Cells) -> str:
        table = api.SubmittedNotebook.__table__
        which = {"assignment_id": submission_id, "notebook_id": cells.id}
        found = self._rows(table, **which).first()
        if found is not None:
            return str(found["id"])
        made = api.new_uuid()
        self._db.execute(table.insert().values(id=made, flagged=False, **which))
        return made

    def _write_grades(self, notebook_id: str, cells: _Cells, given: NotebookMarks) -> None:
        def values(name: str, old: Any) -> dict[str, Any]:
            score = given.scores.get(name)
            by_hand = old is not None and old["manual_score"] is not None
            return {"auto_score": score, "needs_manual_grade": by_hand or score is None or name in given.unmarked}

        self._write_cells(api.Grade.__table__, notebook_id, cells.graded, values)

    def _write_comments(self, notebook_id: str, cells: _Cells, given: NotebookMarks) -> None:
        def values(name: str, old: Any) -> dict[str, Any]:
            return {"auto_comment": "No response." if name in given.untouched else None}

        self._write_cells(api.Comment.__table__, notebook_id, cells.commented, values)

    def _write_cells(
        self, table: Any, notebook_id: str, cells: dict[str, str], values: Callable[[str, Any], dict[str, Any]]
    ) -> None:
        """One row for each cell; a row that holds its values already is left alone.

        values  what the row of a cell should hold, from the cell's grade id and its row until now (None: there is none)
        """
        held = {row["cell_id"]: row for row in self._rows(table, notebook_id=notebook_id)}
        new = []
        for name, cell_id in cells.items():
            old = held.get(cell_id)
            wanted = values(name, old)
            if old is None:
                new.append({"id": api.new_uuid(), "cell_id": cell_id, "notebook_id": notebook_id, **wanted})
            elif any(old[key] != value for key, value in wanted.items()):
                self._db.execute(table.update().where(table.c.id == old["id"]).values(wanted))
        if new:
            self._db.execute(table.insert(), new)

    def _rows(self, table: Any, **where: Any) -> Any:
        """Rows of a table whose columns hold these values."""
        return self._db.execute(table.select().filter_by(**where)).mappings()

    # ---- lateness ----

    def _late_seconds(self, handed_in: dt.datetime | None, extension: dt.timedelta | None) -> float:
        if handed_in is None or self._due is None:
            return 0.0
        return max(0.0, (handed_in - self._due - (extension or dt.timedelta())).total_seconds())

    def _write_penalty(self, notebook_id: str, student: str, late_seconds: float) -> None:
        penalty = None
        if late_seconds > 0:
            rows = self._rows(api.Grade.__table__, notebook_id=notebook_id)
            score = sum(score_of(row["auto_score"], row["manual_score"], row["extra_credit"]) for row in rows)
            penalty = late.penalty(self._late_plugin, student, score, late_seconds)
        table = api.SubmittedNotebook.__table__
        self._db.execute(table.update().where(table.c.id == notebook_id).values(late_submission_penalty=penalty))

    @cached_property
    def _late_plugin(self) -> Any:
        return late.plugin_of(self._course)

    # ---- reading ----

    def scores(self) -> dict[str, float]:
        """Every student's score of the assignment as it is now; see gradebook.scores."""
        with plain_words():
            found = scores(self._book, self._assignment)
            self._db.commit()
        return found


class _Cells:
    """Ids of a notebook's cells in the gradebook, by grade id."""

    def __init__(self, notebook: Any) -> None:
        self.id = notebook.id
        self.graded = {cell.name: cell.id for cell in [*notebook.grade_cells, *notebook.task_cells]}
        self.commented = {cell.name: cell.id for cell in [*notebook.solution_cells, *notebook.task_cells]}
