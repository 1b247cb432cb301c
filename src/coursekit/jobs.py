"""How is a class graded?

Reads the course, plans the assignment, sends every submission to a worker, and lets one writer put results into the
gradebook as they come. Every submission gets a row, whatever is in it; what was graded before is not graded again.
"""

from __future__ import annotations

import os
import sys
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ThreadPoolExecutor, wait
from contextlib import ExitStack
from typing import Any

from coursekit import intake, sandbox
from coursekit.automatic import AutomaticMarks
from coursekit.course import Course
from coursekit.errors import counted, printable
from coursekit.handed_in import Job, read_plans, students_own, submission_folders
from coursekit.results import Run, make_row, results_of, tally
from coursekit.worlds.host import Worlds
from coursekit.worlds.plan import Plan
from coursekit.worlds.trial import settle
from coursekit.writer import Writer

WAITING_PER_WORKER = 3
NAMELESS = "The folder's name has characters that cannot be stored or shown. Rename the folder and grade again."
Progress = Callable[[int, int, "Counter[str]"], None]


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
        task = Writer(course, assignment, plans, AutomaticMarks(course, assignment), run, force)
        if any(plan.language != "python" for plan in plans):
            from coursekit.stock import grade_with_nbgrader

            task.open(stack)
            grade_with_nbgrader(task, folders)
        else:
            waiting = [job for job in task.jobs(folders) if job is not None]
            choice = sandbox_choice(course, trust_submissions) if waiting else None
            worlds = (
                stack.enter_context(_worlds(course, assignment, plans, choice)) if choice else None
            )  # they load while the gradebook opens
            task.open(stack)
            if worlds and choice:
                run.unwalled = choice.trusted
                bar = stack.enter_context(_shown(progress))
                _work_through(task, waiting, worlds, *_executor(task, worlds, choice, scheduler, stack), bar)
        task.fill_in_scores()
    run.submissions.sort(key=lambda row: row["student"])
    run.seconds = time.monotonic() - started
    return run


def sandbox_choice(course: Course, trust_submissions: bool) -> sandbox.Choice:
    hide = (course.source, course.submitted, course.autograded, course.feedback, course.autograded.parent)
    return sandbox.choose(trust_submissions, hide=tuple(str(path) for path in hide if path != course.root))


def _worlds(course: Course, assignment: str, plans: list[Plan], choice: sandbox.Choice) -> Worlds:
    ignore = [*course.config.CourseDirectory.get("ignore", ()), *students_own(course, assignment)]
    return Worlds(plans, choice, files=course.source / assignment, ignore=tuple(ignore))


def try_reference_answer(course: Course, assignment: str) -> list[str]:
    """What an author should know before students begin: the reference answer, run with its checks together and apart.

    It is the instructor's own code, so it also runs where no walls can be put up.
    """
    plans = read_plans(course, assignment)
    other = sorted({plan.language for plan in plans} - {"python"})
    if other:
        return [f"It is written in {', '.join(other)}: nbgrader's own autograde will grade it, without walls."]
    if sys.platform != "linux":
        return ["Its checks could not be tried on this system. 'course grade' tries them before it grades."]
    with _worlds(course, assignment, plans, sandbox_choice(course, trust_submissions=True)) as worlds:
        found = [f"note: {finding}" for plan in plans for finding in settle(plan, worlds)]
    checks = counted(sum(len(plan.checks) for plan in plans), "check")
    return found or [f"The reference answer passes {checks}, each kept apart from the code that it checks."]


def _work_through(
    task: Writer,
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
                task.finish(job, _result(future, job))
            bar(sum(task.counts.values()), len(jobs), task.counts)
    finally:
        for future in running:
            future.cancel()
        executor.shutdown(wait=True)
    task.run.walls = task.run.walls or worlds.walls or []


def _executor(
    task: Writer, worlds: Worlds, choice: sandbox.Choice, scheduler: str | None, stack: ExitStack
) -> tuple[Executor, Callable[[Job], Future[Any]]]:
    for plan in task.plans:
        task.run.notes += [str(finding) for finding in settle(plan, worlds)]
    if scheduler is None:
        executor = ThreadPoolExecutor(task.run.workers)
        return executor, lambda job: executor.submit(results_of, worlds, job.handed)
    from coursekit.cluster import connect

    cluster, submit = connect(scheduler, task.plans, task.instructor_files(), choice, stack)
    return cluster, lambda job: submit(job.handed)


def _result(future: Future[Any], job: Job) -> dict[str, dict[str, Any]]:
    try:
        result: dict[str, dict[str, Any]] = future.result()
        return result
    except Exception as error:  # a worker's fault must not cost the class
        why = f"The grading itself failed ({type(error).__name__}: {error}). Run the same command again."
        return {name: {"failed": why, "again": True} for name in job.handed.notebooks}


class _shown:
    """A progress bar with the time left and a count by status, where somebody is looking; or the caller's function."""

    def __init__(self, progress: Progress | None) -> None:
        self._progress = progress
        self._bar: Any = None

    def __enter__(self) -> Progress:
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
            self._bar.update(task, completed=done, total=total, description=tally(counts))

        return show

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.stop()
