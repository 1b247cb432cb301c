"""One walk through a notebook: the student's cells run in the student's world, checks in this one."""

from __future__ import annotations

import json
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from coursekit import slips
from coursekit.errors import counted
from coursekit.intake import Cell
from coursekit.worlds import names
from coursekit.worlds.alarm import alarm
from coursekit.worlds.channel import Channel
from coursekit.worlds.explained import explain, fit_for_students, full_traceback
from coursekit.worlds.outcome import CellResult, NotebookResult, WorldEnded, ended_worlds
from coursekit.worlds.outputs import checked_outputs, counting, error_output, first_error
from coursekit.worlds.plan import CheckPlan, PlanCell
from coursekit.worlds.points import points_of
from coursekit.worlds.shell import CellRun, run_cell, safe_text
from coursekit.worlds.standins import CALL_GRACE_SECONDS, Link, Unfit

if TYPE_CHECKING:
    from coursekit.worlds.driver import Driver

CALL_SECONDS_MIN = 1.0  # for a check after the notebook's time is up: its answer may be right
OUTPUT_CHARS_MAX = 32_000_000  # of a whole notebook


class Walk:
    """One run through the cells with one student's world."""

    def __init__(self, driver: Driver, cells: list[Cell], skip: dict[int, str], result: NotebookResult) -> None:
        self._driver = driver
        self._plan = driver.plan
        self._cells = cells
        self._skip = skip
        self._result = result
        self.at = -1
        self._count = 0
        self._room_chars = OUTPUT_CHARS_MAX
        self._stops: list[tuple[Cell, str]] = []  # cells of the student's that stopped, and by what, in words
        self._link = self._new_link()
        self._segments = list(self._plan.checks)  # checks whose "before" has not run yet, in source order
        self._students = set().union(*(check.names for check in self._plan.checks.values()))

    def _new_link(self) -> Link:
        sock = self._driver.connect()
        link: Link | None = None
        channel = Channel(sock, lambda question: link.answer_callback(question) if link else None, self._driver.note)
        link = Link(channel, self._plan.dataclasses, self._plan.timeout_seconds)
        return link

    def close(self) -> None:
        self._link.channel.close()

    def run(self) -> None:
        told = self._ask({"op": "start", "files": self._driver.files}).get("walls")
        self._driver.walls = [str(wall) for wall in told] if isinstance(told, list) else []
        for place, cell in enumerate(self._cells):
            self.at = place
            if cell["cell_type"] != "code":
                continue
            known = self._known(cell)
            is_check = known is not None and known.kind == "check"
            if self.at in self._skip:
                self.leave_out(self._skip[place])
            elif is_check and known is not None:
                self._check(cell, known)
            else:
                self._student_cell(cell)
        with suppress(WorldEnded):  # every cell has run: a world that ends now costs nobody anything
            replaced = self._ask({"op": "tampering"}).get("replaced")
            for what in replaced if isinstance(replaced, list) else []:
                self._driver.note({"event": "tampered", "what": what})

    def _known(self, cell: Cell) -> PlanCell | None:
        grade_id = grade_id_of(cell)
        return next((known for known in self._plan.cells if known.grade_id == grade_id), None)

    def leave_out(self, why: str) -> None:
        """The cell at which the walk is has no outcome of its own: why stands in its place."""
        cell = self._cells[self.at]
        known = self._known(cell)
        cell["outputs"] = [error_output("NotRun", why)]
        if known is not None and known.kind == "check":
            self._grade(cell, known, why, hidden=False)
        else:
            self._stops.append((cell, why))

    def give_up(self, why: str) -> None:
        """The walk ends at this cell and is not repeated; what a walk before it found stands."""
        if grade_id_of(self._cells[self.at]) not in self._result.cells:
            self.leave_out(why)

    def _stop_of(self, name: str) -> str:
        """What stopped the cell that should have made this name, in the key or by its own code; empty for none."""
        for cell, why in self._stops:
            known = self._known(cell)
            if (known is not None and name in known.answer_names) or name in names.sets(cell["source"]):
                return why
        return ""

    # ---- cells of the student ----

    def _student_cell(self, cell: Cell) -> None:
        self._count += 1
        if not cell["source"].strip():
            cell["outputs"] = []
            return
        digesting = self._driver.digests and grade_id_of(cell) is not None
        before = self._digest() if digesting else {}
        answer = self._ask({"op": "cell", "source": cell["source"]})
        cell["outputs"] = self._outputs(answer)
        cell["execution_count"] = self._count
        error = next((o for o in cell["outputs"] if o["output_type"] == "error"), None)
        if error is not None:
            self._stops.append((cell, _told(error, answer)))
        if digesting:
            after = self._digest()
            changed = {name: "changed" for name, old in before.items() if after.get(name) != old}
            self._result.digests[f"changed {grade_id_of(cell)}"] = changed

    def _digest(self) -> dict[str, str]:
        found: dict[str, str] = self._ask({"op": "digest"})
        return found

    def _outputs(self, answer: dict[str, Any]) -> list[dict[str, Any]]:
        """What a cell of the student's world put out, as long as there is room for it."""
        outputs = checked_outputs(answer.get("outputs"))
        chars = len(json.dumps(outputs)) if outputs else 0
        if chars <= self._room_chars:
            self._room_chars -= chars
            return outputs
        remark = f"Outputs of more than {OUTPUT_CHARS_MAX:,} characters in all were left out."
        if remark not in self._result.repairs:
            self._result.repairs.append(remark)
        return first_error(outputs)

    def _ask(self, question: dict[str, Any]) -> dict[str, Any]:
        """Ask the student's world something that has the whole cell limit; WorldEnded where it does not come back."""
        seconds = question["seconds"] = self._seconds_left(0.1)
        with ended_worlds(seconds):
            answer = self._link.channel.ask(question, seconds + CALL_GRACE_SECONDS)
        if answer.get("late") is True and "outputs" not in answer:  # no answer at all: a check has not passed by that
            raise WorldEnded(f"It ran longer than {counted(seconds, 'second')}.")
        return answer

    def _seconds_left(self, at_least: float) -> float:
        """What a cell or a call may take: its own limit, or what is left of the notebook's."""
        left = max(at_least, self._driver.deadline - time.monotonic())
        return round(max(0.1, min(self._plan.timeout_seconds, left)), 1)

    # ---- checks ----

    def _check(self, cell: Cell, known: PlanCell) -> None:
        check = self._plan.checks[known.grade_id]
        self._before(known.grade_id)
        self._count += 1
        cell["execution_count"] = self._count
        if self._driver.digests:
            self._result.digests[known.grade_id] = self._digest()
        if check.world == "student":
            self._check_with_student(cell, known)
            return
        self._link.call_seconds = self._seconds_left(CALL_SECONDS_MIN)
        with ended_worlds(self._link.call_seconds):
            run = self._run_check(known, check)
        cell["outputs"] = run.outputs
        message, hidden = explain(run.error, known, check, self._stop_of)
        self._grade(cell, known, message, hidden, run.error)
        if check.echo:
            self._ask({"op": "cell", "source": known.released})

    def _check_with_student(self, cell: Cell, known: PlanCell) -> None:
        """A check that cannot be kept apart. What tells its points must arrive whole: nothing at all is full points."""
        answer = self._ask({"op": "cell", "source": known.source})
        cell["outputs"] = self._outputs(answer)
        if counting(answer.get("outputs")) != counting(cell["outputs"]):
            cell["outputs"].append(error_output("NoAnswer", "What this check put out is too large, or cannot be read."))
        problem = next((o for o in cell["outputs"] if o["output_type"] == "error"), None)
        message = ""
        if problem is not None:
            own_words = problem["ename"] in ("AssertionError", "NoAnswer")
            message = problem["evalue"] if own_words else _told(problem, answer)
        self._grade(cell, known, message, hidden=bool(known.hidden_lines))

    def _before(self, grade_id: str) -> None:
        """Bring the reference world up to this check: what the source runs before it, answers left out."""
        if grade_id not in self._segments:
            return
        for name in self._segments[: self._segments.index(grade_id) + 1]:
            for statement in self._plan.checks[name].before:
                run_cell(self._driver.shell, statement)
        del self._segments[: self._segments.index(grade_id) + 1]

    def _run_check(self, known: PlanCell, check: CheckPlan) -> CellRun:
        namespace = self._driver.shell.user_ns
        for name in self._students:
            namespace.pop(name, None)
        self._link.unfit = None
        seconds = self._link.call_seconds + CALL_GRACE_SECONDS + 1
        rung: list[CheckTooSlow] = []  # the check may catch the error itself

        def ring() -> None:
            rung.append(CheckTooSlow(f"The check took longer than {counted(seconds, 'second')}."))
            raise rung[0]

        self._link.checking = True
        try:
            with alarm(seconds, ring):
                namespace.update(self._link.values(check.names))
                run = run_cell(self._driver.shell, known.source, on_error=full_traceback)
        except (Unfit, CheckTooSlow) as error:
            run = CellRun([error_output(type(error).__name__, safe_text(error))], error, None)
        finally:
            self._link.checking = False
        if self._link.channel.trouble is not None:
            raise self._link.channel.trouble
        if rung:
            raise WorldEnded(safe_text(rung[0]))  # the conversation stopped in the middle: a new world is needed
        if self._link.unfit is not None and not isinstance(run.error, Unfit):
            error = self._link.unfit
            run = CellRun([*run.outputs, error_output(type(error).__name__, safe_text(error))], error, None)
        return run

    def _grade(
        self, cell: Cell, known: PlanCell, message: str, hidden: bool, error: BaseException | None = None
    ) -> None:
        score, remark = points_of(cell["outputs"], known)
        if remark:
            self._result.repairs.append(remark)
        state = "right" if score == known.points else "wrong" if score == 0 else "partial"
        world = self._plan.checks[known.grade_id].world
        shown = "" if state == "right" else fit_for_students(self._plan, known.grade_id, message, hidden)
        stopped = ""
        if error is not None and not isinstance(error, AssertionError | Unfit):
            stopped = slips.stopped(type(error).__name__, safe_text(error), hidden=True)
        self._result.cells[known.grade_id] = CellResult(score, known.points, state, world, shown, message, stopped)


class CheckTooSlow(BaseException):
    """A check itself used up its time."""


def _told(error: dict[str, Any], answer: dict[str, Any]) -> str:
    """What stopped a cell of the student's world, in words. Where its time was up, that world has said so itself."""
    return error["evalue"] if answer.get("late") is True else slips.stopped(error["ename"], error["evalue"])


def grade_id_of(cell: Cell) -> str | None:
    facts = cell["metadata"].get("nbgrader")
    return facts.get("grade_id") if isinstance(facts, dict) else None
