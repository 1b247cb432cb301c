"""Who writes down what comes out of grading? One writer: into the ledger, the gradebook and autograded/, in that order."""

from __future__ import annotations

import datetime as dt
import json
import shlex
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from coursekit import intake
from coursekit.automatic import AutomaticMarks, NotebookMarks
from coursekit.course import Course
from coursekit.handed_in import (
    Job,
    folder_state,
    hash_of,
    ledger_folder,
    read_instructor_files,
    reader,
    state_of,
)
from coursekit.ledger import Ledger, put_folder
from coursekit.results import Run, make_row, marks_of, placeholder
from coursekit.worlds.plan import Plan

FAILED_RUNS_MAX = 2  # by no fault of the notebook, as far as is known; those with --force do not count
GIVEN_UP = "That was done, and it failed again: look at this hand-in yourself. '{}' tries it once more."


def command_to_retry(assignment: str, student: str) -> str:
    """What to type to have one submission graded again."""
    return f"course grade {assignment} --student {shlex.quote(student)} --force"


def now() -> str:
    """This moment in UTC, for a record."""
    return dt.datetime.now(dt.UTC).isoformat(timespec="seconds")


class Writer:
    """Everything that stays the same for the whole class, and the one writer."""

    def __init__(
        self, course: Course, assignment: str, plans: list[Plan], book: AutomaticMarks, run: Run, force: bool
    ) -> None:
        self.course = course
        self.assignment = assignment
        self.plans = plans
        self.run = run
        self._book = book
        self._force = force
        self._ledger = Ledger(ledger_folder(course, assignment))
        self._state = state_of(course, assignment, plans)
        self.counts: Counter[str] = Counter()  # of this run

    def jobs(self, folders: dict[str, Path]) -> Iterator[Callable[[], Job] | None]:
        """One for each submission; None where it is graded already. A job reads its files when it is its turn."""
        for student, folder in folders.items():
            state = folder_state(folder)
            fingerprint = hash_of(self._state, state)
            row = None if self._force else self._ledger.row(student, fingerprint, self.target(student))
            if row is not None:
                self.run.submissions.append(row)
                self.run.stood += 1
                yield None
            else:
                yield reader(student, folder, self._read, fingerprint, state)

    def _read(self, folder: Path) -> intake.Handed:
        return intake.read_folder(folder, [plan.notebook for plan in self.plans], self.instructor_files())

    def target(self, student: str) -> Path:
        return self.course.autograded / student / self.assignment

    def open(self, stack: ExitStack) -> None:
        """Open the gradebook until the stack ends, and put into it what an earlier run had graded when it was cut off."""
        stack.enter_context(self._book).register(self.plans)
        for student, record in self._ledger.pending():
            self._put(student, record)

    def finish(self, job: Job, results: dict[str, dict[str, Any]]) -> None:
        """Write one submission: first down, then into the gradebook and autograded/, then done."""
        row = make_row(job, self.plans, results)
        again = any(result.get("again") for result in results.values())
        failed_runs = self._ledger.failed_runs(job.student, job.fingerprint) + (not self._force) if again else 0
        gives_up = failed_runs >= FAILED_RUNS_MAX
        if gives_up:
            row["reasons"].append(GIVEN_UP.format(command_to_retry(self.assignment, job.student)))
        notebooks = {name: results[name].get("notebook") or placeholder(row) for name in job.handed.notebooks}
        walls = next((result["walls"] for result in results.values() if result.get("walls") is not None), None)
        self.run.walls = walls or self.run.walls
        record = {
            "fingerprint": "" if again and not gives_up else job.fingerprint,  # "": the next run tries again
            "handed": job.state,
            "row": row,
            "walls": walls,
            "graded_at": now(),
            "failed_of": job.fingerprint if again else None,
            "failed_runs": failed_runs,
            "timestamp": job.timestamp.isoformat() if job.timestamp else None,
            "marks": {name: marks_of(plan, results.get(name)) for name, plan in self._by_name().items()},
            "notebooks": notebooks,
        }
        self._ledger.write_down(job.student, record)
        self._put(job.student, record)
        self._count(row)

    def take_over(self, job: Job, row: dict[str, Any]) -> None:
        """Note the row of what nbgrader itself graded, which wrote gradebook and autograded/ on its own."""
        record = {"fingerprint": job.fingerprint, "handed": job.state, "row": row, "walls": [], "graded_at": now()}
        self._ledger.finish(job.student, record)
        self._count(row)

    def _put(self, student: str, record: dict[str, Any]) -> None:
        marks = {
            name: NotebookMarks(part["scores"], set(part["untouched"]), set(part["unmarked"]))
            for name, part in record["marks"].items()
        }
        stamp = record["timestamp"]
        self._book.write(student, marks, dt.datetime.fromisoformat(stamp) if stamp else None)
        files = self._other_files(student)
        for name, notebook in record["notebooks"].items():
            text = json.dumps(notebook, ensure_ascii=False, indent=1) + "\n"
            files[f"{name}.ipynb"] = text.encode("utf-8", "replace")  # half a character of UTF-16 has no UTF-8
        put_folder(self.target(student), files, mode=0o664 if self._groupshared else 0o444)
        self._ledger.finish(student, record)

    @property
    def _groupshared(self) -> bool:
        return bool(self.course.config.CourseDirectory.get("groupshared", False))

    def _other_files(self, student: str) -> dict[str, bytes]:
        """What lies beside the notebooks: the student's files, the instructor's over them, as nbgrader does."""
        folder = self.course.submitted / student / self.assignment
        files = self._read(folder).files
        stamp = intake.read_stamp(folder)
        if stamp is not None:
            files[intake.TIMESTAMP] = stamp
        return files | self.instructor_files()

    def instructor_files(self) -> dict[str, bytes]:
        if not hasattr(self, "_instructor_files"):
            self._instructor_files = read_instructor_files(self.course, self.assignment)
        return self._instructor_files

    def _by_name(self) -> dict[str, Plan]:
        return {plan.notebook: plan for plan in self.plans}

    def _count(self, row: dict[str, Any]) -> None:
        self.run.submissions.append(row)
        self.run.graded_now += 1
        self.counts[row["status"]] += 1

    def fill_in_scores(self) -> None:
        self.run.fill_in(self._book.scores())
