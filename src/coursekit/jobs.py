"""How is a class graded?

Reads the course, plans the assignment, sends every submission to a worker, and lets one writer put results into the
gradebook as they come. Every submission gets a row, whatever is in it; what was graded before is not graded again.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ThreadPoolExecutor, wait
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from coursekit import intake, sandbox
from coursekit.course import Course
from coursekit.errors import CourseKitError, did_you_mean, printable
from coursekit.gradebook import Gradebook, NotebookMarks
from coursekit.ledger import Ledger, put_folder
from coursekit.worlds.host import Worlds
from coursekit.worlds.plan import Plan, make_plan
from coursekit.worlds.trial import settle

STATUSES = ("failed", "flagged", "repaired", "graded")  # the worst first
WAITING_PER_WORKER = 3
NAMELESS = "The folder's name has characters that cannot be stored or shown. Rename the folder and grade again."
Progress = Callable[[int, int, "Counter[str]"], None]


@dataclass
class Run:
    """What came out of grading a class."""

    assignment: str
    seconds: float = 0.0
    workers: int = 1
    walls: list[str] = field(default_factory=list)
    graded_now: int = 0  # submissions whose code ran in this run; the others stood as they were
    submissions: list[dict[str, Any]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)  # for the teacher: checks that could not be split, and the like

    @property
    def exit_status(self) -> int:
        """0: every submission has a score; 1: some could not be given one."""
        return 1 if any(row["status"] == "failed" for row in self.submissions) else 0

    def to_json(self) -> dict[str, Any]:
        return {
            "assignment": self.assignment,
            "seconds": round(self.seconds, 3),
            "workers": self.workers,
            "walls": self.walls,
            "submissions": self.submissions,
            "notes": self.notes,
        }

    def lines(self) -> list[str]:
        """The result for people: what needs a look first, then the count."""
        lines = [f"note: {note}" for note in self.notes]
        for row in self.submissions:
            if row["status"] != "graded":
                lines.append(f"{row['status']:9} {row['student']}: {row['score']:g} of {row['max_score']:g}")
                lines += [f"          {reason}" for reason in row["reasons"]]
        counts = Counter(row["status"] for row in self.submissions)
        told = ", ".join(f"{counts[status]} {status}" for status in reversed(STATUSES) if counts[status])
        lines.append(f"{len(self.submissions)} submissions in {self.seconds:.1f} s: {told or 'none'}.")
        if self.graded_now:
            lines.append(f"Walls: {', '.join(self.walls) or 'none - the code of students ran with your rights'}.")
        else:
            lines.append(
                "Nothing had changed since the last run, so nothing was graded again (--force does it all the same)."
            )
        return lines

    def after(self, earlier: list[Run]) -> Run:
        """This run, with what the runs before it did for the same call."""
        for run in earlier:
            self.seconds += run.seconds
            self.graded_now += run.graded_now
            self.walls = self.walls or run.walls
            self.notes += [note for note in run.notes if note not in self.notes]
        return self


def grade(
    course: Course,
    assignment: str,
    *,
    workers: int | None = None,
    scheduler: str | None = None,
    students: list[str] | None = None,
    force: bool = False,
    trust_submissions: bool = False,
    progress: Progress | None = None,
) -> Run:
    """Grade what was handed in for an assignment.

    workers            how many submissions at a time; default: one for each core
    scheduler          address of a Dask scheduler, where the work goes to a cluster
    students           only these
    force              grade again what was graded
    trust_submissions  go on where no walls can be put up
    progress           called with (done, all, count by status); default: a bar, where somebody is looking
    raises             CourseKitError where the course or the call is wrong, or the gradebook cannot be written
    """
    started = time.monotonic()
    run = Run(assignment, workers=workers or os.cpu_count() or 1)
    plans = read_plans(course, assignment)
    folders = submission_folders(course, assignment, students)
    nameless = [student for student in folders if printable(student) != student]
    for student in nameless:
        handed = intake.Handed(notes=[NAMELESS])
        run.submissions.append(make_row(Job(student, handed, "", None), plans, {}))
        del folders[student]
    with ExitStack() as stack:
        book = Gradebook(course, assignment)
        if any(plan.language != "python" for plan in plans):
            from coursekit.stock import grade_with_nbgrader

            stack.enter_context(book).register(plans)
            run.submissions, run.notes = grade_with_nbgrader(course, assignment, plans, list(folders), force)
            run.graded_now = len(run.submissions)
        else:
            task = _Task(course, assignment, plans, book, run, force)
            waiting = [job for job in task.jobs(folders) if job is not None]
            choice = sandbox_choice(course, trust_submissions) if waiting else None
            worlds = (
                stack.enter_context(_worlds(task, choice)) if choice else None
            )  # they load while the gradebook opens
            stack.enter_context(book).register(plans)
            task.take_up_what_was_left()
            if worlds and choice:
                bar = stack.enter_context(_shown(progress))
                _work_through(task, waiting, worlds, *_executor(task, worlds, choice, scheduler, stack), bar)
            task.fill_in_scores()
    run.submissions.sort(key=lambda row: row["student"])
    run.seconds = time.monotonic() - started
    return run


# ---- what there is to do ----


def ledger_folder(course: Course, assignment: str) -> Path:
    """Where the rows of a graded assignment are kept."""
    return course.autograded.parent / ".coursekit" / assignment


def read_plans(course: Course, assignment: str) -> list[Plan]:
    """A plan for every notebook of the assignment's source."""
    folder = course.source / assignment
    notebooks = sorted(p for p in folder.glob("*.ipynb") if not p.name.startswith("."))
    if not notebooks:
        raise CourseKitError(
            f"There is no instructor's notebook in {folder}. Build or copy it there first; grading needs it."
        )
    return [make_plan(path, course.config) for path in notebooks]


def submission_folders(course: Course, assignment: str, students: list[str] | None = None) -> dict[str, Path]:
    """Folders of what was handed in, by student, in order of name.

    raises  CourseKitError for a student who handed in nothing
    """
    root = course.submitted
    found = {
        entry.name: entry / assignment
        for entry in (sorted(root.iterdir()) if root.is_dir() else [])
        if not entry.name.startswith(".") and (entry / assignment).exists()
    }
    for student in students or []:
        if student not in found:
            raise CourseKitError(
                f"'{student}' handed in nothing for '{assignment}'.{did_you_mean(student, found)} "
                f"Submissions are read from {root}/<student>/{assignment}."
            )
    if not found:
        raise CourseKitError(
            f"Nothing was handed in for '{assignment}'. Submissions are read from {root}/<student>/{assignment}; "
            "'course collect' puts them there."
        )
    return {student: found[student] for student in students or found}


def sandbox_choice(course: Course, trust_submissions: bool) -> sandbox.Choice:
    hide = (course.source, course.submitted, course.autograded, course.feedback, course.autograded.parent)
    return sandbox.choose(trust_submissions, hide=tuple(str(path) for path in hide if path != course.root))


@dataclass
class Job:
    """One submission, as it goes to a worker."""

    student: str
    handed: intake.Handed
    fingerprint: str
    timestamp: dt.datetime | None


def _state_of(course: Course, assignment: str, plans: list[Plan]) -> str:
    """Changes with everything on the instructor's side that a score may hang on."""
    return _hash([plan.fingerprint for plan in plans], _folder_state(course.source / assignment))


def waiting_students(course: Course, assignment: str) -> set[str]:
    """Students with a result that is no longer that of what they handed in, or of the instructor's notebook, as they are
    now. Nothing is known of what nbgrader itself graded."""
    ledger = Ledger(ledger_folder(course, assignment))
    known = {row["student"] for row in ledger.rows()}
    if not known:
        return set()
    state = _state_of(course, assignment, read_plans(course, assignment))
    return {
        student
        for student, folder in submission_folders(course, assignment).items()
        if student in known
        and ledger.row(student, _hash(state, _folder_state(folder)), course.autograded / student / assignment) is None
    }


class _Task:
    """Everything that stays the same for the whole class, and the one writer."""

    def __init__(
        self, course: Course, assignment: str, plans: list[Plan], book: Gradebook, run: Run, force: bool
    ) -> None:
        self.course = course
        self.assignment = assignment
        self.plans = plans
        self.run = run
        self._book = book
        self._force = force
        self._ledger = Ledger(ledger_folder(course, assignment))
        self._state = _state_of(course, assignment, plans)
        self.counts: Counter[str] = Counter()

    def jobs(self, folders: dict[str, Path]) -> Iterator[Callable[[], Job] | None]:
        """One for each submission; None where it is graded already. A job reads its files when it is its turn."""
        for student, folder in folders.items():
            fingerprint = _hash(self._state, _folder_state(folder))
            row = None if self._force else self._ledger.row(student, fingerprint, self.target(student))
            if row is not None:
                self._count(row)
                yield None
            else:
                yield _reader(student, folder, [plan.notebook for plan in self.plans], fingerprint)

    def target(self, student: str) -> Path:
        return self.course.autograded / student / self.assignment

    def take_up_what_was_left(self) -> None:
        """Put into the gradebook what an earlier run had graded when it was cut off."""
        for student, record in self._ledger.pending():
            self._put(student, record)

    def finish(self, job: Job, results: dict[str, dict[str, Any]]) -> None:
        """Write one submission: first down, then into the gradebook and autograded/, then done."""
        row = make_row(job, self.plans, results)
        notebooks = {name: results[name].get("notebook") or _placeholder(row) for name in job.handed.notebooks}
        record = {
            "fingerprint": job.fingerprint,
            "row": row,
            "timestamp": job.timestamp.isoformat() if job.timestamp else None,
            "marks": {name: _marks_json(plan, results.get(name)) for name, plan in self._by_name().items()},
            "notebooks": notebooks,
        }
        self._ledger.write_down(job.student, record)
        self._put(job.student, record)
        self.run.graded_now += 1
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
        handed = intake.read_folder(self.course.submitted / student / self.assignment, [])
        files = {name: data for name, data in handed.files.items() if not name.endswith(".ipynb")}
        stamp = self.course.submitted / student / self.assignment / "timestamp.txt"
        if stamp.is_file() and not stamp.is_symlink() and stamp.stat().st_size <= STAMP_BYTES_MAX:
            files["timestamp.txt"] = stamp.read_bytes()
        return files | self.instructor_files()

    def instructor_files(self) -> dict[str, bytes]:
        if not hasattr(self, "_instructor_files"):
            self._instructor_files = read_instructor_files(self.course, self.assignment)
        return self._instructor_files

    def _by_name(self) -> dict[str, Plan]:
        return {plan.notebook: plan for plan in self.plans}

    def _count(self, row: dict[str, Any]) -> None:
        self.run.submissions.append(row)
        self.counts[row["status"]] += 1

    def fill_in_scores(self) -> None:
        """Scores as the gradebook has them now: with manual marks."""
        scores = self._book.scores()
        for row in self.run.submissions:
            row["score"] = round(scores.get(row["student"], 0.0), 6)


def _reader(student: str, folder: Path, notebooks: list[str], fingerprint: str) -> Callable[[], Job]:
    def read() -> Job:
        handed = intake.read_folder(folder, notebooks)
        return Job(student, handed, fingerprint, _timestamp(folder, handed.notes))

    return read


STAMP_BYTES_MAX = 1_000


def _timestamp(folder: Path, notes: list[str]) -> dt.datetime | None:
    from nbgrader.utils import parse_utc

    path = folder / "timestamp.txt"
    if path.is_symlink() or not path.is_file():
        return None
    try:
        with open(path, encoding="utf-8") as file:
            found = parse_utc(file.read(STAMP_BYTES_MAX).strip())
        return found if isinstance(found, dt.datetime) else None
    except Exception:
        notes.append("timestamp.txt cannot be read, so lateness is not known.")
        return None


def _hash(*parts: Any) -> str:
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:32]


def _folder_state(folder: Path) -> str:
    """A fingerprint of a folder's files: names and contents."""
    state = hashlib.sha256()
    for path, relative in intake.walk(folder, []):
        size = path.lstat().st_size
        state.update(f"{relative}\0{size}\0".encode("utf-8", "surrogateescape"))
        if size > intake.FOLDER_BYTES_MAX:  # it will be left out; a file full of holes can be larger than the disk
            continue
        try:
            with open(path, "rb") as file:
                state.update(hashlib.file_digest(file, "sha256").digest())
        except OSError:
            state.update(b"unreadable")
    return state.hexdigest()


def read_instructor_files(course: Course, assignment: str) -> dict[str, bytes]:
    """Data and other files beside the instructor's notebooks, those that nbgrader leaves behind left out."""
    import fnmatch

    ignore = [*course.config.CourseDirectory.get("ignore", ["*.pyc", "__pycache__"]), "*.ipynb", "help.json"]
    own = _students_own(course, assignment)
    return {
        relative: path.read_bytes()
        for path, relative in intake.walk(course.source / assignment, [])
        if relative not in own
        and not any(fnmatch.fnmatch(part, pattern) for part in relative.split("/") for pattern in ignore)
    }


# ---- the work itself ----


def _worlds(task: _Task, choice: sandbox.Choice) -> Worlds:
    ignore = [*task.course.config.CourseDirectory.get("ignore", ()), *_students_own(task.course, task.assignment)]
    return Worlds(task.plans, choice, files=task.course.source / task.assignment, ignore=tuple(ignore))


def _students_own(course: Course, assignment: str) -> list[str]:
    """Files that students may change although the instructor has them too (nbgrader's Autograde.exclude_overwriting)."""
    return list(course.config.Autograde.get("exclude_overwriting", {}).get(assignment, []))


def _work_through(
    task: _Task,
    jobs: list[Callable[[], Job]],
    worlds: Worlds,
    executor: Executor,
    submit: Callable[[Job], Future[Any]],
    bar: Progress,
) -> None:
    """Hand out jobs, a few ahead of the workers, and write results as they come."""
    todo = iter(jobs)
    running: dict[Future[Any], Job] = {}
    try:
        while True:
            while len(running) < task.run.workers * WAITING_PER_WORKER:
                read = next(todo, None)
                if read is None:
                    break
                job = read()
                running[submit(job)] = job
            if not running:
                break
            done, _ = wait(running, return_when=FIRST_COMPLETED)
            for future in done:
                job = running.pop(future)
                results = _result(future, job)
                for result in results.values():
                    task.run.walls = result.pop("walls", None) or task.run.walls
                task.finish(job, results)
            bar(sum(task.counts.values()), len(jobs), task.counts)
    finally:
        for future in running:
            future.cancel()
        executor.shutdown(wait=True)
    task.run.walls = task.run.walls or worlds.walls


def _executor(
    task: _Task, worlds: Worlds, choice: sandbox.Choice, scheduler: str | None, stack: ExitStack
) -> tuple[Executor, Callable[[Job], Future[Any]]]:
    for plan in task.plans:
        task.run.notes += [str(finding) for finding in settle(plan, worlds)]
    if scheduler is None:
        executor = ThreadPoolExecutor(task.run.workers)
        return executor, lambda job: executor.submit(grade_handed, worlds, job.handed)
    from coursekit.cluster import connect

    return _on_jobs(connect(scheduler, task.plans, task.instructor_files(), choice, stack))


def _on_jobs(found: tuple[Executor, Callable[[intake.Handed], Future[Any]]]) -> Any:
    executor, submit = found
    return executor, lambda job: submit(job.handed)


def grade_handed(worlds: Worlds, handed: intake.Handed) -> dict[str, dict[str, Any]]:
    """Every notebook of one submission, by name."""
    return {name: worlds.grade(name, data, handed.files) for name, data in handed.notebooks.items()}


def _result(future: Future[Any], job: Job) -> dict[str, dict[str, Any]]:
    try:
        result: dict[str, dict[str, Any]] = future.result()
        return result
    except Exception as error:  # a worker's fault must not cost the class
        why = f"The grading itself failed ({type(error).__name__}: {error}). Run the same command again."
        return {name: {"failed": why} for name in job.handed.notebooks}


# ---- rows ----


def make_row(job: Job, plans: list[Plan], results: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """The row of one submission, as --json shows it."""
    reasons = list(job.handed.notes)
    cells: dict[str, Any] = {}
    failed = flagged = False
    for plan in plans:
        result = results.get(plan.notebook)
        prefix = f"{plan.notebook}/" if len(plans) > 1 else ""
        if result is None:
            reasons.append(f"{plan.notebook}.ipynb was not handed in; it counts 0.")
            failed = failed or not results
        elif result.get("failed"):
            reasons.append(f"{prefix}{result['failed']}")
            failed = True
        else:
            reasons += [prefix + text for text in [*result["repairs"], *result["flags"]]]
            flagged = flagged or bool(result["flags"])
        found = (result or {}).get("cells") or {}
        for known in plan.cells:
            if known.kind in ("check", "manual", "task"):
                cells[prefix + known.grade_id] = _row_cell(found.get(known.grade_id), known.points)
    status = "failed" if failed else "flagged" if flagged else "repaired" if reasons else "graded"
    reasons = [printable(reason) for reason in reasons]
    return {
        "student": printable(job.student),
        "status": status,
        "score": round(sum(cell["score"] for cell in cells.values()), 6),
        "max_score": sum(plan.max_score for plan in plans),
        "reasons": reasons,
        "cells": cells,
    }


def _row_cell(cell: dict[str, Any] | None, points: float) -> dict[str, Any]:
    if cell is None:
        return {"score": 0.0, "max_score": points, "state": "wrong", "world": "reference", "message": "Not run."}
    told = {key: cell[key] for key in ("score", "max_score", "state", "world", "message")}
    return told | {"message": printable(told["message"])}


def _marks_json(plan: Plan, result: dict[str, Any] | None) -> dict[str, Any]:
    """What the gradebook gets for one notebook."""
    graded = [cell for cell in plan.cells if cell.kind in ("check", "manual", "task")]
    if result is None or result.get("failed"):
        unmarked = [cell.grade_id for cell in graded] if result is not None else []
        return {"scores": {cell.grade_id: 0.0 for cell in graded}, "untouched": [], "unmarked": unmarked}
    scores: dict[str, float | None] = {}
    for cell in graded:
        found = result["cells"][cell.grade_id]
        by_hand = cell.kind == "task" or (cell.kind == "manual" and found["state"] == "manual")
        scores[cell.grade_id] = None if by_hand else found["score"]
    return {"scores": scores, "untouched": result["untouched"], "unmarked": []}


def _placeholder(row: dict[str, Any]) -> dict[str, Any]:
    """What stands in autograded/ for a notebook that could not be read, so that the teacher can open and mark it."""
    text = "This submission could not be graded.\n\n" + "\n".join(f"* {reason}" for reason in row["reasons"])
    cell = {"cell_type": "markdown", "id": "cell-0", "metadata": {}, "source": text}
    return {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


# ---- progress ----


class _shown:
    """A progress bar with the time left and a count by status, where somebody is looking; or the caller's function."""

    def __init__(self, progress: Progress | None) -> None:
        self._progress = progress
        self._bar: Any = None

    def __enter__(self) -> Progress:
        import sys

        if self._progress is not None:
            return self._progress
        if not sys.stderr.isatty():
            return lambda done, total, counts: None
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        columns = (BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), TextColumn("{task.description}"))
        self._bar = Progress(*columns, console=Console(stderr=True))
        self._bar.start()
        task = self._bar.add_task("grading", total=None)

        def show(done: int, total: int, counts: Counter[str]) -> None:
            told = ", ".join(f"{counts[status]} {status}" for status in reversed(STATUSES) if counts[status])
            self._bar.update(task, completed=done, total=total, description=told)

        return show

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.stop()
