"""What is known about a graded assignment: rows of the run, marks and comments of the gradebook, titles of questions."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from coursekit.class_files import read_marks
from coursekit.course import Course
from coursekit.errors import CourseKitError
from coursekit.gradebook import open_book, score_of
from coursekit.handed_in import ledger_folder, read_plans
from coursekit.ledger import Ledger
from coursekit.rubric import written_questions
from coursekit.worlds.plan import Plan


@dataclass
class Question:
    """One question of a notebook: an answer and its checks, or a written answer."""

    grade_id: str  # of the answer cell
    title: str
    checks: list[str]  # grade ids of its checks, or its own where a person marks it
    mistakes: dict[str, str] = field(default_factory=dict)  # message: name
    points: float = 0.0


@dataclass
class Mark:
    """What the gradebook holds for one graded cell."""

    score: float
    max_score: float
    manual: float | None
    needs_manual: bool

    @property
    def waits(self) -> bool:
        """Whether a person has to give it, and nobody has."""
        return self.needs_manual and self.manual is None


@dataclass(frozen=True)
class Criterion:
    """What one criterion of a rubric gave."""

    name: str
    points: float
    max_points: float


@dataclass
class Graded:
    """A graded assignment."""

    assignment: str
    plans: list[Plan]
    questions: dict[str, list[Question]]  # by notebook
    rows: dict[str, dict[str, Any]]  # by student, as the run told them
    marks: dict[tuple[str, str, str], Mark]  # by student, notebook, grade id
    comments: dict[tuple[str, str, str], str]
    penalties: dict[str, float]
    rubrics: dict[tuple[str, str, str], list[Criterion]] = field(default_factory=dict)

    def key(self, notebook: str, grade_id: str) -> str:
        return f"{notebook}/{grade_id}" if len(self.plans) > 1 else grade_id

    @cached_property
    def checks(self) -> set[str]:
        """Keys of cells that are marked automatically."""
        return {self.key(plan.notebook, c.grade_id) for plan in self.plans for c in plan.cells if c.kind == "check"}

    @cached_property
    def _by_student(self) -> dict[str, dict[tuple[str, str], Mark]]:
        found: dict[str, dict[tuple[str, str], Mark]] = {}
        for (student, notebook, grade_id), mark in self.marks.items():
            found.setdefault(student, {})[notebook, grade_id] = mark
        return found

    def marks_of(self, student: str) -> dict[tuple[str, str], Mark]:
        """One student's marks by notebook and grade id."""
        return self._by_student.get(student, {})

    def score(self, student: str) -> float:
        return sum(mark.score for mark in self.marks_of(student).values())

    def criteria(self, student: str, notebook: str, grade_id: str) -> list[Criterion]:
        """Points by criterion; empty where there is no rubric, or the mark was changed elsewhere (in Formgrader)."""
        found = self.rubrics.get((student, notebook, grade_id), [])
        mark = self.marks.get((student, notebook, grade_id))
        return found if mark and mark.manual == sum(criterion.points for criterion in found) else []

    def digest(self, student: str) -> str:
        """Twelve letters that change when something changes that the student may be told: result, marks, comments."""
        told = [self.rows[student], self.penalties.get(student, 0.0)]
        for notebook, grade_id in sorted(self.marks_of(student)):
            mark = self.marks_of(student)[notebook, grade_id]
            comment = self.comments.get((student, notebook, grade_id))
            rubric = [(c.name, c.points) for c in self.criteria(student, notebook, grade_id)]
            told.append([notebook, grade_id, mark.score, mark.manual, mark.needs_manual, comment, rubric])
        return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:12]

    @property
    def max_score(self) -> float:
        return sum(plan.max_score for plan in self.plans)


def read_graded(course: Course, assignment: str) -> Graded:
    """Everything about an assignment that was graded; CourseKitError where it was not."""
    plans = read_plans(course, assignment)
    rows = _rows(course, assignment)
    if not rows:
        raise CourseKitError(f"Nothing is graded for '{assignment}' yet. Run 'course grade {assignment}' first.")
    marks, comments, penalties = _gradebook(course, assignment)
    help_path = course.source / assignment / "help.json"
    told = json.loads(help_path.read_text(encoding="utf-8")) if help_path.is_file() else {}
    questions = {plan.notebook: _questions(plan, told) for plan in plans}
    return Graded(assignment, plans, questions, rows, marks, comments, penalties, _rubrics(course, assignment))


def digests(course: Course, assignment: str) -> dict[str, str]:
    """Graded.digest of every student, without reading the instructor's notebook; empty where nothing was graded."""
    rows = _rows(course, assignment)
    if not rows:
        return {}
    graded = Graded(assignment, [], {}, rows, *_gradebook(course, assignment), _rubrics(course, assignment))
    return {student: graded.digest(student) for student in rows}


def _rubrics(course: Course, assignment: str) -> dict[tuple[str, str, str], list[Criterion]]:
    """Criteria of every answer that the first marker has wholly marked on the marking page; none without the key."""
    kept = read_marks(course, assignment, "first")
    try:
        questions = {q.grade_id: q for q in written_questions(course, assignment)} if kept else {}
    except CourseKitError:
        return {}
    found = {}
    for mark in kept.values():
        question = questions.get(mark["question"])
        if question is None or mark["score"] is None or not question.fits(mark["levels"]):
            continue
        found[mark["student"], question.notebook, question.grade_id] = [
            Criterion(c["name"], float(c["levels"][at]["points"]), float(c["levels"][-1]["points"]))
            for c, at in zip(question.criteria, mark["levels"], strict=True)
        ]
    return found


def _rows(course: Course, assignment: str) -> dict[str, dict[str, Any]]:
    return {row["student"]: row for row in Ledger(ledger_folder(course, assignment)).rows()}


def _questions(plan: Plan, told: dict[str, Any]) -> list[Question]:
    """Questions in the order of the notebook; checks that share answers belong together."""
    questions: dict[str, Question] = {}
    for cell in plan.cells:
        if cell.kind == "check":
            answers = plan.checks[cell.grade_id].answers if cell.grade_id in plan.checks else []
            name = next((a for a in answers if a in told), answers[-1] if answers else cell.grade_id)
        elif cell.kind in ("manual", "task"):
            name = cell.grade_id
        else:
            continue
        entry = told.get(name, {})
        if name not in questions:
            known = {text: key for key, text in entry.get("mistakes", {}).items()}
            questions[name] = Question(name, entry.get("title") or name, [], known)
        questions[name].checks.append(cell.grade_id)
        questions[name].points += cell.points
    return list(questions.values())


def _gradebook(course: Course, assignment: str) -> tuple[Any, Any, Any]:
    """Marks, comments and late penalties, in three queries whatever the size of the class."""
    from nbgrader import api
    from sqlalchemy import select

    marks: dict[tuple[str, str, str], Mark] = {}
    comments: dict[tuple[str, str, str], str] = {}
    penalties: dict[str, float] = {}
    with open_book(course) as book:
        names = (
            select(
                api.SubmittedNotebook.id,
                api.SubmittedAssignment.student_id,
                api.Notebook.name,
                api.SubmittedNotebook.late_submission_penalty,
            )
            .join(api.SubmittedAssignment, api.SubmittedNotebook.assignment_id == api.SubmittedAssignment.id)
            .join(api.Assignment, api.SubmittedAssignment.assignment_id == api.Assignment.id)
            .join(api.Notebook, api.SubmittedNotebook.notebook_id == api.Notebook.id)
            .where(api.Assignment.name == assignment)
        )
        places = {}
        for number, student, notebook, penalty in book.db.execute(names):
            places[number] = (student, notebook)
            penalties[student] = penalties.get(student, 0.0) + (penalty or 0.0)
        most = {
            cell.id: cell.max_score
            for kind in (api.GradeCell, api.TaskCell)
            for cell in book.db.execute(select(kind.id, kind.max_score))
        }
        own = names.with_only_columns(api.SubmittedNotebook.id)  # not those of the class's other assignments
        cell = api.BaseCell.__table__

        def rows(table: Any) -> Any:
            query = select(table, cell.c.name).join(cell, table.c.cell_id == cell.c.id)
            return book.db.execute(query.where(table.c.notebook_id.in_(own))).mappings()

        for row in rows(api.Grade.__table__):
            score = score_of(row["auto_score"], row["manual_score"], row["extra_credit"])
            marks[(*places[row["notebook_id"]], row["name"])] = Mark(
                score, most.get(row["cell_id"], 0.0), row["manual_score"], bool(row["needs_manual_grade"])
            )
        for row in rows(api.Comment.__table__):
            text = row["manual_comment"] or row["auto_comment"]
            if text:
                comments[(*places[row["notebook_id"]], row["name"])] = text
    return marks, comments, penalties
