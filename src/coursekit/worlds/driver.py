"""How is one submitted notebook graded?

Runs in the reference world, a fresh copy for each submission. Walks the repaired notebook in order: the student's cells
run in the student's world, checks run here. Where a cell ends the student's world, that cell is left out and the
notebook is run again, so that one bad cell does not cost the others.
"""

from __future__ import annotations

import base64
import json
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from typing import Any

from coursekit.errors import BadSubmission
from coursekit.intake import Cell, parse, repair
from coursekit.sandbox import audit
from coursekit.worlds.alarm import alarm
from coursekit.worlds.channel import Channel, ChannelBroken, ChannelClosed, ChannelFlooded, ChannelTimeout
from coursekit.worlds.plan import CheckPlan, Plan, PlanCell
from coursekit.worlds.shell import CellRun, QuietShell, cell_frames, run_cell, safe_text
from coursekit.worlds.standins import CALL_GRACE_SECONDS, Link, Unfit

RESTARTS_MAX = 3
FLAGS_MAX = 20
OUTPUT_CHARS_MAX = 32_000_000  # of a whole notebook
NOTEBOOK_TIMES_CELL = 5  # a whole notebook may take this many times the limit of one cell
NEUTRAL = "A hidden check with other inputs of the same kind did not pass."
Connect = Callable[[], Any]


@dataclass
class CellResult:
    """How one graded cell came out. message is fit for the student's eyes; detail is for the teacher's."""

    score: float
    max_score: float
    state: str  # right, wrong, partial, unattempted, manual
    world: str  # reference, student
    message: str = ""
    detail: str = ""


@dataclass
class NotebookResult:
    """One notebook's outcome, as plain data."""

    cells: dict[str, CellResult] = field(default_factory=dict)
    notebook: dict[str, Any] | None = None  # what goes to autograded/
    repairs: list[str] = field(default_factory=list)
    flags: list[str] = field(default_factory=list)
    failed: str = ""
    untouched: list[str] = field(default_factory=list)  # answers that are still the stub
    digests: dict[str, dict[str, str]] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


class WorldEnded(Exception):
    """The student's world ended while a cell ran or a check asked it something."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


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
        self._plan = plan
        self._shell = shell
        self._connect = connect
        self._files = files or {}
        self._digests = digests
        self._flags: list[str] = []
        self.walls: list[str] = []
        self._deadline = 0.0

    def grade(self, data: bytes, cells_as_they_are: list[Cell] | None = None) -> NotebookResult:
        """Grade a submitted notebook's bytes; never raises for what is in them."""
        result = NotebookResult()
        try:
            if cells_as_they_are is None:
                nb, result.repairs = parse(data)
                cells, more = repair(nb["cells"], self._plan)
                result.repairs += more
            else:
                nb, cells = {"metadata": {}}, cells_as_they_are
        except BadSubmission as error:
            result.failed = str(error)
            return result
        self._deadline = time.monotonic() + NOTEBOOK_TIMES_CELL * self._plan.timeout_seconds
        self._run(cells, result)
        result.flags = self._flags
        self._fill_in(cells, result)
        result.notebook = self._notebook(nb, cells)
        return result

    def _run(self, cells: list[Cell], result: NotebookResult) -> None:
        skip: dict[int, str] = {}
        base = dict(self._shell.user_ns)
        while True:
            walk = _Walk(self, cells, skip, result)
            try:
                walk.run()
                return
            except WorldEnded as end:
                if walk.at < 0:
                    result.failed = f"The student's world did not start. {end.why} Run the same command again."
                    return
                skip[walk.at] = end.why
                if isinstance(end.__cause__, ChannelBroken):
                    self.note({"event": "forged", "what": ""})
                late = time.monotonic() > self._deadline
                if late or len(skip) > RESTARTS_MAX:
                    why = "used up the time of a whole notebook" if late else "kept ending its process"
                    result.repairs.append(f"The notebook {why}; the cells after that were not run.")
                    return
                self._shell.user_ns.clear()
                self._shell.user_ns.update(base)
            finally:
                walk.close()

    def _fill_in(self, cells: list[Cell], result: NotebookResult) -> None:
        """Written answers and tasks; checks that never ran; what was not attempted."""
        present = {_grade_id(cell): cell for cell in cells}
        untouched = {
            known.grade_id
            for known in self._plan.cells
            if known.kind in ("answer", "manual")
            and known.grade_id in present
            and present[known.grade_id]["source"] == known.released
        }
        result.untouched = sorted(untouched)
        for known in self._plan.cells:
            if known.kind in ("manual", "task"):
                empty = known.grade_id in untouched and bool(known.metadata["nbgrader"].get("solution"))
                result.cells[known.grade_id] = CellResult(
                    0.0, known.points, "unattempted" if empty else "manual", "student"
                )
            elif known.kind == "check":
                check = self._plan.checks[known.grade_id]
                cell = result.cells.setdefault(
                    known.grade_id, CellResult(0.0, known.points, "wrong", check.world, "This check was not reached.")
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
        metadata = {"kernelspec": self._plan.kernelspec} if self._plan.kernelspec else {}
        return {"cells": made, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}

    def note(self, remark: dict[str, Any]) -> None:
        """What the student's process tried, told by its audit hook before it happened."""
        text = audit.judge(str(remark.get("event", "")), str(remark.get("what", ""))[:300])
        if text and text not in self._flags and len(self._flags) < FLAGS_MAX:
            self._flags.append(text)


class _Walk:
    """One run through the cells with one student's world."""

    def __init__(self, driver: Driver, cells: list[Cell], skip: dict[int, str], result: NotebookResult) -> None:
        self._driver = driver
        self._plan = driver._plan
        self._cells = cells
        self._skip = skip
        self._result = result
        self.at = -1
        self._count = 0
        self._room_chars = OUTPUT_CHARS_MAX
        self._link = self._new_link()
        self._segments = list(self._plan.checks)  # checks whose "before" has not run yet, in source order
        self._students = set().union(*(check.names for check in self._plan.checks.values()))

    def _new_link(self) -> Link:
        sock = self._driver._connect()
        link: Link | None = None
        channel = Channel(sock, lambda question: link.answer_callback(question) if link else None, self._driver.note)
        link = Link(channel, self._plan.dataclasses, self._plan.timeout_seconds)
        return link

    def close(self) -> None:
        self._link.channel.close()

    def run(self) -> None:
        self._driver.walls = self._ask({"op": "start", "files": self._driver._files}, list)
        for place, cell in enumerate(self._cells):
            self.at = place
            if cell["cell_type"] != "code":
                continue
            known = self._known(cell)
            is_check = known is not None and known.kind == "check"
            if self.at in self._skip:
                self._left_out(cell, known if is_check else None)
            elif is_check and known is not None:
                self._check(cell, known)
            else:
                self._student_cell(cell)
        with suppress(WorldEnded):  # every cell has run: a world that ends now costs nobody anything
            for what in self._ask({"op": "tampering"}, list):
                self._driver.note({"event": "tampered", "what": what})

    def _known(self, cell: Cell) -> PlanCell | None:
        grade_id = _grade_id(cell)
        return next((known for known in self._plan.cells if known.grade_id == grade_id), None)

    def _left_out(self, cell: Cell, check: PlanCell | None) -> None:
        why = self._skip[self.at]
        cell["outputs"] = [_error_output("NotRun", why)]
        if check is not None:
            self._grade(cell, check, why, hidden=False)

    # ---- cells of the student ----

    def _student_cell(self, cell: Cell) -> None:
        self._count += 1
        if not cell["source"].strip():
            cell["outputs"] = []
            return
        digesting = self._driver._digests and _grade_id(cell) is not None
        before = self._digest() if digesting else {}
        answer = self._ask({"op": "cell", "source": cell["source"]})
        cell["outputs"] = self._outputs(answer)
        cell["execution_count"] = self._count
        if digesting:
            after = self._digest()
            changed = {name: "changed" for name, old in before.items() if after.get(name) != old}
            self._result.digests[f"changed {_grade_id(cell)}"] = changed

    def _digest(self) -> dict[str, str]:
        found: dict[str, str] = self._ask({"op": "digest"})
        return found

    def _outputs(self, answer: dict[str, Any]) -> list[dict[str, Any]]:
        """What a cell of the student's world put out, as long as there is room for it."""
        outputs = _checked_outputs(answer.get("outputs"))
        chars = len(json.dumps(outputs)) if outputs else 0
        if chars <= self._room_chars:
            self._room_chars -= chars
            return outputs
        remark = f"Outputs of more than {OUTPUT_CHARS_MAX:,} characters in all were left out."
        if remark not in self._result.repairs:
            self._result.repairs.append(remark)
        return [output for output in outputs if output["output_type"] == "error"]

    def _ask(self, question: dict[str, Any], kind: type = dict) -> Any:
        """Ask the student's world something that has the whole cell limit; WorldEnded where it does not come back."""
        left = self._driver._deadline - time.monotonic()
        seconds = max(0.1, min(self._plan.timeout_seconds, left))
        question["seconds"] = seconds
        with _ended_worlds(seconds):
            return self._link.channel.ask(question, seconds + CALL_GRACE_SECONDS, kind)

    # ---- checks ----

    def _check(self, cell: Cell, known: PlanCell) -> None:
        check = self._plan.checks[known.grade_id]
        self._before(known.grade_id)
        self._count += 1
        cell["execution_count"] = self._count
        if self._driver._digests:
            self._result.digests[known.grade_id] = self._digest()
        if check.world == "student":
            answer = self._ask({"op": "cell", "source": known.source})
            cell["outputs"] = self._outputs(answer)
            problem = next((o for o in cell["outputs"] if o["output_type"] == "error"), None)
            message = "" if problem is None else f"{problem['ename']}: {problem['evalue']}"
            self._grade(cell, known, message.removeprefix("AssertionError: "), hidden=bool(check.hidden_lines))
            return
        with _ended_worlds(self._plan.timeout_seconds):
            run = self._run_check(known, check)
        cell["outputs"] = run.outputs
        message, hidden = _explain(run.error, known, check)
        self._grade(cell, known, message, hidden)
        if check.echo:
            self._ask({"op": "cell", "source": known.released})

    def _before(self, grade_id: str) -> None:
        """Bring the reference world up to this check: what the source runs before it, answers left out."""
        if grade_id not in self._segments:
            return
        for name in self._segments[: self._segments.index(grade_id) + 1]:
            for statement in self._plan.checks[name].before:
                run_cell(self._driver._shell, statement)
        del self._segments[: self._segments.index(grade_id) + 1]

    def _run_check(self, known: PlanCell, check: CheckPlan) -> CellRun:
        namespace = self._driver._shell.user_ns
        for name in self._students:
            namespace.pop(name, None)
        self._link.unfit = None
        try:
            with alarm(self._plan.timeout_seconds + CALL_GRACE_SECONDS + 1, self._check_too_slow):
                namespace.update(self._link.values(check.names))
                run = run_cell(self._driver._shell, known.source, on_error=_full_traceback)
        except (Unfit, CheckTooSlow) as error:
            run = CellRun([_error_output(type(error).__name__, safe_text(error))], error, None)
        if self._link.channel.trouble is not None:
            raise self._link.channel.trouble
        if isinstance(run.error, CheckTooSlow):
            raise WorldEnded(safe_text(run.error))  # the conversation stopped in the middle: a new world is needed
        if self._link.unfit is not None and not isinstance(run.error, Unfit):
            error = self._link.unfit
            run = CellRun([*run.outputs, _error_output(type(error).__name__, safe_text(error))], error, None)
        return run

    def _check_too_slow(self) -> None:
        seconds = self._plan.timeout_seconds + CALL_GRACE_SECONDS + 1
        raise CheckTooSlow(f"The check took longer than {seconds:g} seconds.")

    def _grade(self, cell: Cell, known: PlanCell, message: str, hidden: bool) -> None:
        score, remark = points_of(cell, known)
        if remark:
            self._result.repairs.append(remark)
        state = "right" if score == known.points else "wrong" if score == 0 else "partial"
        world = self._plan.checks[known.grade_id].world
        shown = "" if state == "right" else self._fit_for_students(known.grade_id, message, hidden)
        self._result.cells[known.grade_id] = CellResult(score, known.points, state, world, shown, message)

    def _fit_for_students(self, grade_id: str, message: str, hidden: bool) -> str:
        """A hidden check speaks only in messages that were written for learners."""
        question = grade_id.split("-check")[0]  # help.json speaks of questions; a check is named after its question
        written = [text for text in self._plan.messages.get(question, []) if text and text in message]
        if written:
            return max(written, key=len)
        return NEUTRAL if hidden else message


def points_of(cell: Cell, known: PlanCell) -> tuple[float, str]:
    """nbgrader's own rule for the points of a check, warnings on stderr left out; and a remark where it has none."""
    from nbformat.notebooknode import from_dict
    from nbgrader.utils import determine_grade

    outputs = [o for o in cell["outputs"] if not (o["output_type"] == "stream" and o.get("name") == "stderr")]
    node = from_dict({"cell_type": "code", "source": cell["source"], "metadata": known.metadata, "outputs": outputs})
    try:
        score, _ = determine_grade(node)
    except (ValueError, KeyError) as error:
        return 0.0, f"The check '{known.grade_id}' gave points that do not fit ({error}); it counts 0. Mend the check."
    return float(score or 0.0), ""


def _explain(error: BaseException | None, known: PlanCell, check: CheckPlan) -> tuple[str, bool]:
    """What to say about a failed check, and whether the line that failed is hidden."""
    if error is None:
        return "", bool(check.hidden_lines)
    lines = [number for number, _ in cell_frames(error)]
    hidden = any(line in check.hidden_lines for line in lines) if lines else bool(check.hidden_lines)
    text = safe_text(error)
    if isinstance(error, AssertionError):
        if text:
            return text, hidden
        source = known.source.split("\n")
        line = lines[-1] if lines else 0
        return (f"Not true: {source[line - 1].strip()}" if 0 < line <= len(source) else "A check failed."), hidden
    if isinstance(error, Unfit):
        return text, hidden
    if isinstance(error, NameError):
        return f"{text}. Run your answer cell, and keep the name that the question asks for.", hidden
    return f"{type(error).__name__}: {text}", hidden


def _full_traceback(error: BaseException) -> list[str]:
    """For the teacher: only the frames of cells, with the message."""
    frames = cell_frames(error)[-10:]
    return [*(f"line {number}: {line}" for number, line in frames), f"{type(error).__name__}: {safe_text(error)}"]


@contextmanager
def _ended_worlds(seconds: float) -> Iterator[None]:
    """What the channel says about a world that does not answer, as a sentence."""
    try:
        yield
    except ChannelTimeout as error:
        raise WorldEnded(f"It ran longer than {seconds:g} seconds and did not stop when asked.") from error
    except ChannelBroken as error:
        raise WorldEnded(f"It disturbed the conversation with the grader ({error}).") from error
    except ChannelFlooded as error:
        raise WorldEnded(f"It gave back a value that is far too large ({error}).") from error
    except ChannelClosed as error:
        raise WorldEnded("It ended the Python process (a crash, an exit, or too much memory).") from error


class CheckTooSlow(BaseException):
    """A check itself used up its time."""


_OUTPUT_KEYS = {
    "stream": ("name", "text"),
    "error": ("ename", "evalue", "traceback"),
    "display_data": ("data", "metadata"),
    "execute_result": ("data", "metadata", "execution_count"),
}


def _checked_outputs(outputs: Any) -> list[dict[str, Any]]:
    """Outputs as they came from the student's world, in nbformat's shape; what has another shape is dropped."""
    return [
        {"output_type": output["output_type"], **{key: output[key] for key in _OUTPUT_KEYS[output["output_type"]]}}
        for output in (outputs if isinstance(outputs, list) else [])
        if _well_formed(output)
    ]


def _well_formed(output: Any) -> bool:
    kind = output.get("output_type") if isinstance(output, dict) else None
    if not isinstance(kind, str) or any(key not in output for key in _OUTPUT_KEYS.get(kind, ("no such kind",))):
        return False
    if kind == "stream":
        return output["name"] in ("stdout", "stderr") and isinstance(output["text"], str)
    if kind == "error":
        lines = output["traceback"]
        texts = [output["ename"], output["evalue"], *(lines if isinstance(lines, list) else [None])]
        return all(isinstance(text, str) for text in texts)
    if kind == "execute_result" and type(output["execution_count"]) not in (int, type(None)):
        return False
    data = output["data"]
    return isinstance(data, dict) and isinstance(output["metadata"], dict) and all(map(_mime_fits, data.items()))


def _mime_fits(item: tuple[str, Any]) -> bool:
    """Text, or where the kind is JSON anything."""
    return isinstance(item[1], str) or item[0].endswith("json")


def _error_output(name: str, message: str) -> dict[str, Any]:
    return {"output_type": "error", "ename": name, "evalue": message, "traceback": [f"{name}: {message}"]}


def _grade_id(cell: Cell) -> str | None:
    facts = cell["metadata"].get("nbgrader")
    return facts.get("grade_id") if isinstance(facts, dict) else None


def _cell_id(cell: Cell, i: int) -> str:
    """A valid and unique cell id: the one it had is not trusted."""
    return f"cell-{i}"
