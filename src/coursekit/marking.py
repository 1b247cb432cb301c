"""How are written answers marked?

Question by question, without names, in an order of its own for each question, by criteria and levels. The first
marker's points and comments go into nbgrader's gradebook at every step; a second marker's stay beside, in a file.

Not here: questions and rubrics (rubric), the page in the browser (marking_page), agreement of two markers (agreement).
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from coursekit import notebooks
from coursekit.class_files import comments_file, marks_file, read_json, read_marks, write_json
from coursekit.course import Course
from coursekit.errors import CourseKitError, UnknownUnit
from coursekit.gradebook import open_book
from coursekit.rubric import Written, written_questions

ROLES = ("first", "second")
UNREADABLE = "(No answer can be shown: the file could not be read. Ask the student to hand it in again, or give 0.)"
COMMENT_MAX = 5_000  # letters


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogateescape")).hexdigest()


@dataclass(frozen=True)
class Answer:
    """What one student wrote to one question, and how it stands in the gradebook."""

    id: str
    student: str
    question: Written
    text: str
    manual_score: float | None
    needs_mark: bool
    comment: str

    @property
    def text_sha256(self) -> str:
        return _digest(self.text)


class Marking:
    """One marker at work on one unit.

    role    "first": marks go into the gradebook; "second": into a file beside, blind to the first
    marker  name kept with each mark
    """

    def __init__(self, course: Course, unit: str, marker: str, role: str = "first") -> None:
        if role not in ROLES:
            raise CourseKitError(f"A marker is first or second, not '{role}'.")
        self.course, self.unit, self.marker, self.role = course, unit, marker, role
        self.questions = {question.grade_id: question for question in written_questions(course, unit)}
        if not self.questions:
            raise CourseKitError(f"'{unit}' has no written question: nothing is to be marked by hand.")

    # ---- reading ----

    def answers(self) -> list[Answer]:
        """Every answer that was given, question by question, each in its own shuffled order; untouched ones left out."""
        with open_book(self.course) as book:
            found = [answer for name in submitted(book, self.unit) for answer in self._answers_of(book, name)]
        order = list(self.questions)
        return sorted(found, key=lambda a: (order.index(a.question.grade_id), _digest(self.role, a.id)))

    def _answers_of(self, book: Any, student: str) -> Iterator[Answer]:
        texts: dict[str, dict[str, str]] = {}
        for question in self.questions.values():
            grade = book.find_grade(question.grade_id, question.notebook, self.unit, student)
            if grade.auto_score is not None and grade.manual_score is None and not grade.needs_manual_grade:
                continue  # untouched, or nothing could be read: 0 already, nobody has to look
            if question.notebook not in texts:
                texts[question.notebook] = self._texts(student, question.notebook)
            comment = book.find_comment(question.grade_id, question.notebook, self.unit, student)
            yield Answer(
                _digest(self.unit, question.grade_id, student)[:12],
                student,
                question,
                texts[question.notebook].get(question.grade_id, UNREADABLE),
                grade.manual_score,
                bool(grade.needs_manual_grade),
                comment.manual_comment or "",
            )

    def _texts(self, student: str, notebook: str) -> dict[str, str]:
        path = self.course.autograded / student / self.unit / f"{notebook}.ipynb"
        if not path.is_file():
            return {}
        cells = notebooks.load(path).cells
        return {c.metadata["nbgrader"].get("grade_id", ""): c.source for c in cells if "nbgrader" in c.metadata}

    def marks(self) -> dict[str, dict[str, Any]]:
        """What this role has marked, by answer id."""
        return read_marks(self.course, self.unit, self.role)

    def state(self) -> dict[str, Any]:
        """All that the page shows, without names."""
        marks = self.marks()
        return {
            "unit": self.unit,
            "marker": self.marker,
            "role": self.role,
            "questions": [self._question_shown(question) for question in self.questions.values()],
            "answers": [self._shown(answer, marks.get(answer.id)) for answer in self.answers()],
        }

    def _question_shown(self, q: Written) -> dict[str, Any]:
        comments = [*q.comments, *self._kept().get(q.grade_id, [])]
        return {"id": q.grade_id, "title": q.title, "prompt": q.prompt, "key": q.key, "points": q.points,
                "criteria": list(q.criteria), "comments": comments}  # fmt: skip

    def _shown(self, answer: Answer, mark: dict[str, Any] | None) -> dict[str, Any]:
        """An answer with this role's mark. A mark that was changed elsewhere (Formgrader) loses its levels."""
        score: float | None
        stands = mark is not None and answer.question.fits(mark["levels"])
        if self.role == "first":
            score, comment, done = answer.manual_score, answer.comment, not answer.needs_mark
            stands = stands and mark is not None and mark["score"] in (score, None)
        else:
            stands = stands and mark is not None and mark["text_sha256"] == answer.text_sha256
            score, comment = (mark["score"], mark["comment"]) if mark and stands else (None, "")
            done = score is not None
        levels = mark["levels"] if mark and stands else [None] * len(answer.question.criteria)
        return {"id": answer.id, "question": answer.question.grade_id, "text": answer.text, "levels": levels,
                "comment": comment, "score": score, "done": done}  # fmt: skip

    # ---- writing ----

    def save(self, answer_id: str, levels: list[int | None], comment: str) -> float | None:
        """Keep levels and comment of one answer; returns its points, None while a criterion is open.

        raises CourseKitError for an answer or a level that there is not, GradebookBusy where it cannot be written
        """
        answer = self._find(answer_id)
        score = answer.question.score(levels)
        comment = comment.strip()[:COMMENT_MAX]
        if self.role == "first":
            self._into_gradebook(answer, score, comment)
        mark = {
            "question": answer.question.grade_id,
            "student": answer.student,
            "by": self.marker,
            "levels": levels,
            "score": score,
            "comment": comment,
            "text_sha256": answer.text_sha256,
            "when": f"{dt.datetime.now(dt.UTC):%Y-%m-%d %H:%M:%S} UTC",
        }
        write_json(marks_file(self.course, self.unit, self.role), {**self.marks(), answer_id: mark})
        return score

    def _into_gradebook(self, answer: Answer, score: float | None, comment: str) -> None:
        where = (answer.question.grade_id, answer.question.notebook, self.unit, answer.student)
        with open_book(self.course) as book:
            book.find_comment(*where).manual_comment = comment or None
            if score is not None:
                grade = book.find_grade(*where)
                grade.manual_score, grade.needs_manual_grade = score, False
            book.db.commit()

    def _find(self, answer_id: str) -> Answer:
        student = self._students.get(answer_id)
        if student is not None:
            with open_book(self.course) as book:
                for answer in self._answers_of(book, student):
                    if answer.id == answer_id:
                        return answer
        raise UnknownUnit(f"There is no answer '{answer_id}' to mark now. Load the page again.")

    @cached_property
    def _students(self) -> dict[str, str]:
        return {answer.id: answer.student for answer in self.answers()}

    def name_of(self, answer_id: str) -> str:
        """Whose answer it is, for a marker who asks."""
        student = self._find(answer_id).student
        with open_book(self.course) as book:
            person = book.find_student(student)
            full = " ".join(filter(None, [person.first_name, person.last_name]))
        return f"{full} ({student})" if full else student

    # ---- reusable comments ----

    def _kept(self) -> dict[str, list[str]]:
        return read_json(comments_file(self.course, self.unit))

    def keep_comment(self, grade_id: str, comment: str) -> list[str]:
        """Offer a comment for the other answers to the same question; returns all that were kept for it."""
        if grade_id not in self.questions or not comment.strip():
            raise CourseKitError("An empty comment, or one to no question, cannot be kept. Write it first.")
        kept = self._kept()
        mine = kept.setdefault(grade_id, [])
        if comment.strip() not in mine:
            mine.append(comment.strip()[:COMMENT_MAX])
        write_json(comments_file(self.course, self.unit), kept)
        return mine


def submitted(book: Any, unit: str) -> list[str]:
    """Students with a graded submission for the unit.

    raises CourseKitError where nothing was graded
    """
    from nbgrader.api import MissingEntry

    try:
        found = sorted(submission.student_id for submission in book.find_assignment(unit).submissions)
    except MissingEntry:
        found = []
    if not found:
        raise CourseKitError(f"Nothing is graded for '{unit}' yet. Run 'course grade {unit}' first.")
    return found


def confirm_unchanged(course: Course, unit: str) -> int:
    """After a regrade: marks whose answer is still word for word what was marked stand; returns how many.

    nbgrader asks for a second look at every marked answer that is graded again. Where the answer is the same there is
    nothing to look at.
    """
    marks = read_marks(course, unit, "first")
    if not marks:
        return 0
    stood = 0
    marking = Marking(course, unit, "", "first")
    same = [a for a in marking.answers() if a.needs_mark and a.id in marks
            and (marks[a.id]["text_sha256"], marks[a.id]["score"]) == (a.text_sha256, a.manual_score)]  # fmt: skip
    with open_book(course) as book:
        for answer in same:
            where = (answer.question.grade_id, answer.question.notebook, unit, answer.student)
            book.find_grade(*where).needs_manual_grade = False
            stood += 1
        book.db.commit()
    return stood
