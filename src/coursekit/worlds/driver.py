"""How is one submitted notebook graded?

Runs in the reference world, a fresh copy for each submission. Walks the repaired notebook in order: the student's cells
run in the student's world, checks run here. Where a cell ends the student's world, that cell is left out and the
notebook is run again, so that one bad cell does not cost the others.
"""

from __future__ import annotations

import base64
import socket
import time
from collections.abc import Callable
from typing import Any

from coursekit.errors import BadSubmission
from coursekit.intake import Cell, parse
from coursekit.recognise import repair
from coursekit.sandbox import audit
from coursekit.worlds.channel import Channel, ChannelBroken
from coursekit.worlds.outcome import NOT_REACHED, CellResult, NotebookResult, WorldEnded
from coursekit.worlds.plan import Plan
from coursekit.worlds.shell import QuietShell, run_cell
from coursekit.worlds.walk import Walk, grade_id_of

RESTARTS_MAX = 3
FLAGS_MAX = 20
NOTEBOOK_TIMES_CELL = 5  # a whole notebook may take this many times the limit of one cell
Connect = Callable[[], Any]


def prepare(settings: dict[str, Any], shell: QuietShell) -> None:
    """Before the first notebook: run what the source runs before its first check, where there is only one notebook."""
    settings["plans"] = {name: Plan.from_json(data) for name, data in settings["plans"].items()}
    import nbgrader.utils  # noqa: F401 - loaded once, before the forks

    if len(settings["plans"]) == 1:
        for plan in settings["plans"].values():
            for check in list(plan.checks.values())[:1]:
                for statement in check.before:
                    run_cell(shell, statement)
                check.before = []


def grade_for(question: dict[str, Any], settings: dict[str, Any], shell: QuietShell, channel: Channel) -> Any:
    """One question of the grading process: a notebook in, its result out, both as plain data."""

    def connect() -> socket.socket:
        sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        sock.connect(settings["students"])
        return sock

    plan = settings["plans"][question["notebook"]]
    if question.get("plan"):
        plan, known = Plan.from_json(question["plan"]), plan
        for grade_id in list(plan.checks)[:1]:
            plan.checks[grade_id].before = known.checks[grade_id].before  # already run where it is empty
    for grade_id, world in question.get("worlds", {}).items():
        plan.checks[grade_id].world = world
    driver = Driver(plan, shell, connect, question.get("files"), bool(question.get("digests")))
    result = driver.grade(base64.b64decode(question.get("data", "")), question.get("cells"))
    return {**result.to_json(), "walls": driver.walls}


class Driver:
    """Grades notebooks of one plan.

    connect  opens a new student's world and returns its socket
    files    what was handed in beside the notebook: name and base64
    digests  also collect fingerprints of the student's values around answers (for trials)
    """

    def __init__(
        self,
        plan: Plan,
        shell: QuietShell,
        connect: Connect,
        files: dict[str, str] | None = None,
        digests: bool = False,
    ) -> None:
        self.plan = plan
        self.shell = shell
        self.connect = connect
        self.files = files or {}
        self.digests = digests
        self._flags: list[str] = []
        self.walls: list[str] | None = None  # None: no world of the student's stood
        self.deadline = 0.0

    def grade(self, data: bytes, cells_as_they_are: list[Cell] | None = None) -> NotebookResult:
        """Grade a submitted notebook's bytes; never raises for what is in them."""
        result = NotebookResult()
        try:
            if cells_as_they_are is None:
                nb, result.repairs = parse(data)
                cells, more = repair(nb["cells"], self.plan)
                result.repairs += more
            else:
                nb, cells = {"metadata": {}}, cells_as_they_are
        except BadSubmission as error:
            result.failed = str(error)
            return result
        self.deadline = time.monotonic() + NOTEBOOK_TIMES_CELL * self.plan.timeout_seconds
        self._run(cells, result)
        result.flags = self._flags
        self._fill_in(cells, result)
        result.notebook = self._notebook(nb, cells)
        return result

    def _run(self, cells: list[Cell], result: NotebookResult) -> None:
        skip: dict[int, str] = {}
        base = dict(self.shell.user_ns)
        while True:
            walk = Walk(self, cells, skip, result)
            try:
                walk.run()
                return
            except WorldEnded as end:
                if walk.at < 0:
                    result.again = True
                    result.failed = (
                        "The separate process in which answers run did not start. Run the same command again; where that "
                        f"does not help, 'course doctor' says what is missing. (What was seen: {end.why})"
                    )
                    return
                skip[walk.at] = end.why
                if isinstance(end.__cause__, ChannelBroken):
                    self.note({"event": "forged", "what": ""})
                late = time.monotonic() > self.deadline
                if late or len(skip) > RESTARTS_MAX:
                    why = "used up the time of a whole notebook" if late else "kept ending its process"
                    result.repairs.append(f"The notebook {why}; the cells after that were not run.")
                    walk.give_up(end.why)
                    return
                self.shell.user_ns.clear()
                self.shell.user_ns.update(base)
            finally:
                walk.close()

    def _fill_in(self, cells: list[Cell], result: NotebookResult) -> None:
        """Written answers and tasks; checks that never ran; what was not attempted."""
        present = {grade_id_of(cell): cell for cell in cells}
        untouched = {
            known.grade_id
            for known in self.plan.cells
            if known.kind in ("answer", "manual")
            and known.grade_id in present
            and present[known.grade_id]["source"] == known.released
        }
        result.untouched = sorted(untouched)
        for known in self.plan.cells:
            if known.kind in ("manual", "task"):
                empty = known.grade_id in untouched and bool(known.metadata["nbgrader"].get("solution"))
                result.cells[known.grade_id] = CellResult(
                    0.0, known.points, "unattempted" if empty else "manual", "student"
                )
            elif known.kind == "check":
                check = self.plan.checks[known.grade_id]
                cell = result.cells.setdefault(
                    known.grade_id, CellResult(0.0, known.points, "wrong", check.world, NOT_REACHED)
                )
                if cell.score == 0 and check.answers and untouched.issuperset(check.answers):
                    cell.state, cell.message = "unattempted", ""

    def _notebook(self, nb: dict[str, Any], cells: list[Cell]) -> dict[str, Any]:
        """The notebook with outputs, for the teacher and for nbgrader's later steps."""
        made = []
        for i, cell in enumerate(cells):
            kept = {k: cell[k] for k in ("cell_type", "metadata", "source")}
            kept["id"] = _cell_id(cell, i)
            if cell["cell_type"] == "code":
                kept["outputs"] = cell.get("outputs", [])
                kept["execution_count"] = cell.get("execution_count")
            made.append(kept)
        metadata = {"kernelspec": self.plan.kernelspec} if self.plan.kernelspec else {}
        return {"cells": made, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}

    def note(self, remark: dict[str, Any]) -> None:
        """What the student's process tried, told by its audit hook before it happened."""
        text = audit.judge(str(remark.get("event", "")), str(remark.get("what", ""))[:300])
        if text and text not in self._flags and len(self._flags) < FLAGS_MAX:
            self._flags.append(text)


def _cell_id(cell: Cell, i: int) -> str:
    """A valid and unique cell id: the one it had is not trusted."""
    return f"cell-{i}"
