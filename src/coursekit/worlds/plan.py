"""What has to be done to grade one notebook of an assignment?

Made from the instructor's notebook with nbgrader's own steps, so that stubs, hidden tests and checksums are nbgrader's.
For each check it says which names come from the student, what the reference world runs before it, and in which world
the check runs. A plan is plain data: it can be sent to another machine.

Not here: running anything; see driver.py. Telling by trial whether a check can be split; see trial.py.
"""

from __future__ import annotations

import copy
import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from coursekit.errors import CourseKitError
from coursekit.worlds import names

ENGINE = "3"  # part of a plan's fingerprint: change it when the same plan would give other results


@dataclass
class PlanCell:
    """A cell of the instructor's notebook that nbgrader knows by name."""

    grade_id: str
    cell_type: str
    kind: str  # check, manual, task, answer, locked
    points: float
    source: str  # as the gradebook holds it: stubs for answers, hidden tests included
    released: str  # as students got it
    metadata: dict[str, Any]
    answer_names: list[str] = field(default_factory=list)


@dataclass
class CheckPlan:
    """How one check runs."""

    names: list[str]  # taken from the student's world
    before: list[str]  # statements that the reference world runs since the check before
    answers: list[str]  # grade ids of the answer cells that it checks
    hidden_lines: list[int]  # line numbers, from 1, of hidden tests in its source
    world: str = "reference"
    reason: str = ""  # why it runs in the student's world
    echo: bool = False  # its visible part also runs in the student's world, because later cells use names that it sets


@dataclass
class Plan:
    """One notebook's plan."""

    notebook: str
    language: str
    kernelspec: dict[str, Any]
    cells: list[PlanCell]
    checks: dict[str, CheckPlan]
    markdown: list[str]  # texts of cells that are not graded, to tell them from answers
    imports: list[str]  # of the released notebook: what answers and hidden checks import, students' code must not see
    dataclasses: list[str]
    timeout_seconds: float
    messages: dict[str, list[str]] = field(default_factory=dict)  # texts that may be shown although the check is hidden
    readable: list[str] = field(default_factory=list)  # folders of the course that student code may read too
    full_cells: list[dict[str, Any]] = field(default_factory=list)  # the instructor's own notebook, for trials

    def cell(self, grade_id: str) -> PlanCell:
        return next(cell for cell in self.cells if cell.grade_id == grade_id)

    @property
    def all_imports(self) -> list[str]:
        """Import statements of the whole notebook, answers and hidden checks with it."""
        return _imports(cell["source"] for cell in self.full_cells if cell["cell_type"] == "code")

    @property
    def max_score(self) -> float:
        return sum(cell.points for cell in self.cells if cell.kind in ("check", "manual", "task"))

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Plan:
        data = dict(data)
        data["cells"] = [PlanCell(**cell) for cell in data["cells"]]
        data["checks"] = {key: CheckPlan(**check) for key, check in data["checks"].items()}
        return cls(**data)

    @property
    def fingerprint(self) -> str:
        text = json.dumps([ENGINE, self.to_json()], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:24]


def make_plan(path: Path, config: Any = None, *, include_hidden: bool = True) -> Plan:
    """The plan for the instructor's notebook at path, under a course's configuration.

    include_hidden  False: the notebook is a released one, with checks as students see them
    raises          CourseKitError when the notebook cannot be read or breaks nbgrader's rules
    """
    from traitlets.config import Config

    config = config if config is not None else Config()
    full, prepared, released = _nbgrader_versions(path, config, is_release=not include_hidden)
    cells = []
    for whole, ready, visible in zip(full.cells, prepared.cells, released.cells, strict=True):
        facts = ready.metadata.get("nbgrader")
        if facts and facts.get("grade_id"):
            cells.append(_plan_cell(whole, ready, visible, include_hidden))
    if not include_hidden:  # a stub may not say which names its answer gives; the help beside it does
        told = _help(path)
        for cell in cells:
            names_told = told.get(cell.grade_id, {}).get("names", [])
            cell.answer_names = sorted({*cell.answer_names, *map(str, names_told)})
    language = str(full.metadata.get("kernelspec", {}).get("language", "python"))
    section = config.get("CourseKit", Config())
    plan = Plan(
        notebook=path.stem,
        language=language,
        kernelspec=dict(full.metadata.get("kernelspec", {})),
        cells=cells,
        checks={},
        markdown=[cell.source for cell in prepared.cells if cell.cell_type == "markdown"],
        imports=_imports(cell.source for cell in released.cells if cell.cell_type == "code"),
        dataclasses=list(section.get("dataclasses", [])),
        timeout_seconds=float(config.Execute.get("timeout", 30) or 30),
        messages=_messages(path),
        readable=[str(Path(str(config.CourseDirectory.get("root", "."))) / p) for p in section.get("readable", [])],
        full_cells=[_bare(cell) for cell in full.cells],
    )
    if language == "python":
        hidden = config.ClearHiddenTests
        marks = (
            str(hidden.get("begin_test_delimeter", "BEGIN HIDDEN TESTS")),
            str(hidden.get("end_test_delimeter", "END HIDDEN TESTS")),
        )
        plan.checks = plan_checks(plan, set(), marks)
    return plan


def _nbgrader_versions(path: Path, config: Any, is_release: bool) -> tuple[Any, Any, Any]:
    """The notebook with answers; as the gradebook holds it; as it is released. A release is its own three versions."""
    import nbformat
    from nbgrader import preprocessors as steps

    try:
        nb = nbformat.read(path, as_version=4)
        resources: dict[str, Any] = {"nbgrader": {"notebook": path.stem}, "metadata": {"path": str(path.parent)}}
        first = [steps.IncludeHeaderFooter]
        if any("AUTOTEST" in cell.source for cell in nb.cells):
            first.append(steps.InstantiateTests)
        for step in [*first, steps.LockCells]:
            nb, resources = step(config=config).preprocess(nb, resources)
        full = copy.deepcopy(nb)
        ready = [steps.ClearSolutions, steps.ClearOutput, steps.CheckCellMetadata, steps.ComputeChecksums]
        if is_release:  # its stubs are already there; clearing again would take the line "def ..." from them
            ready.remove(steps.ClearSolutions)
        for step in ready:
            nb, resources = step(config=config).preprocess(nb, resources)
        prepared = copy.deepcopy(nb)
        for step in [steps.ClearHiddenTests, steps.ClearMarkScheme, steps.ComputeChecksums]:
            nb, resources = step(config=config).preprocess(nb, resources)
    except Exception as error:
        raise CourseKitError(
            f"The instructor's notebook {path} cannot be prepared ({type(error).__name__}: {error}). "
            "Mend it, then try 'nbgrader generate_assignment' on it."
        ) from error
    return full, prepared, nb


def _plan_cell(whole: Any, ready: Any, visible: Any, include_hidden: bool) -> PlanCell:
    facts = dict(ready.metadata["nbgrader"])
    grade, solution, task = (bool(facts.get(key)) for key in ("grade", "solution", "task"))
    if task:
        kind = "task"
    elif grade:
        kind = "check" if not solution and ready.cell_type == "code" else "manual"
    else:
        kind = "answer" if solution else "locked"
    return PlanCell(
        grade_id=str(facts["grade_id"]),
        cell_type=ready.cell_type,
        kind=kind,
        points=float(facts.get("points", 0) or 0),
        source=ready.source if include_hidden else visible.source,
        released=visible.source,
        metadata=json.loads(json.dumps(ready.metadata)),
        answer_names=sorted(names.sets(whole.source)) if whole.cell_type == "code" and solution else [],
    )


def _bare(cell: Any) -> dict[str, Any]:
    return {"cell_type": cell.cell_type, "source": cell.source, "metadata": json.loads(json.dumps(cell.metadata))}


def _imports(sources: Iterable[str]) -> list[str]:
    """Import statements of these cells: what a warm interpreter should hold already."""
    found = [s.code for source in sources for s in names.statements(source) if s.is_import]
    return sorted(set(found))


def _messages(path: Path) -> dict[str, list[str]]:
    """Messages of known mistakes from the assignment's help.json: they were written for learners."""
    return {name: [str(text) for text in entry.get("mistakes", {}).values()] for name, entry in _help(path).items()}


def _help(path: Path) -> dict[str, dict[str, Any]]:
    """The help.json beside a notebook, by grade id; empty where there is none."""
    try:
        told = json.loads((path.parent / "help.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return {name: entry if isinstance(entry, dict) else {} for name, entry in told.items()}


def plan_checks(plan: Plan, from_student: set[str], marks: tuple[str, str]) -> dict[str, CheckPlan]:
    """Walk the instructor's notebook: which names each check takes from the student, what runs before it.

    from_student  names that a trial found to come from the student although no answer sets them
    marks         the lines that open and close hidden tests
    """
    kinds = {cell.grade_id: cell for cell in plan.cells}
    checks: dict[str, CheckPlan] = {}
    students = set(from_student)  # names that hold something of the student's, at this point of the notebook
    helpers: dict[str, frozenset[str]] = {}
    before: list[str] = []
    answers: list[str] = []
    fresh = False
    answered = set().union(*(cell.answer_names for cell in plan.cells))  # a function may name what is answered later
    for cell in plan.full_cells:
        if cell["cell_type"] != "code":
            continue
        grade_id = cell["metadata"].get("nbgrader", {}).get("grade_id")
        known = kinds.get(grade_id)
        if known is not None and known.kind == "check":
            code = names.statements(known.source)
            for statement in code:
                helpers |= statement.helpers
            wanted = _with_helpers(frozenset().union(*(s.reads for s in code)), helpers)
            checks[known.grade_id] = CheckPlan(
                names=sorted(wanted & students),
                before=before,
                answers=list(answers),
                hidden_lines=_hidden_lines(known.source, marks),
            )
            before, fresh = [], True
            continue
        is_answer = known is not None and known.kind in ("answer", "manual")
        if is_answer and known is not None:
            answers = [known.grade_id] if fresh else [*answers, known.grade_id]
            students |= set(known.answer_names)
            fresh = False
        for statement in names.statements(cell["source"]):
            if statement.is_import:
                before.append(statement.code)
                students -= statement.sets - from_student  # a module is the instructor's, whoever imports it
            elif is_answer or statement.reads & students or (statement.helpers and statement.reads & answered):
                students |= statement.sets
            else:
                students -= statement.sets - from_student
                if "get_ipython().system" not in statement.code:
                    before.append(statement.code)
    _mark_echoes(plan, checks)
    return checks


def _with_helpers(wanted: frozenset[str], helpers: dict[str, frozenset[str]]) -> set[str]:
    """The names, and those that functions defined in checks read when they are called."""
    found, todo = set(wanted), list(wanted)
    while todo:
        for name in helpers.get(todo.pop(), frozenset()) - found:
            found.add(name)
            todo.append(name)
    return found


def _hidden_lines(source: str, marks: tuple[str, str]) -> list[int]:
    begin, end = marks
    lines, inside = [], False
    for number, line in enumerate(source.split("\n"), 1):
        inside = inside or begin in line
        if inside:
            lines.append(number)
        if end in line:
            inside = False
    return lines


def _mark_echoes(plan: Plan, checks: dict[str, CheckPlan]) -> None:
    """A check that sets names which later cells of the notebook read must leave them in the student's world too."""
    later: set[str] = set()
    kinds = {cell.grade_id: cell for cell in plan.cells}
    for cell in reversed(plan.full_cells):
        if cell["cell_type"] != "code":
            continue
        known = kinds.get(cell["metadata"].get("nbgrader", {}).get("grade_id"))
        if known is None or known.kind != "check":
            later |= names.reads(cell["source"])
        elif names.sets(known.released) & later:
            checks[known.grade_id].echo = True
            later |= names.reads(known.released)
