"""How is the plan for a notebook made?

From the instructor's notebook with nbgrader's own steps, so that stubs, hidden tests and checksums are nbgrader's, and from
the help.json beside it. Not here: telling by trial whether a check can be split; see trial.py.
"""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

from coursekit.errors import CourseKitError
from coursekit.worlds import names
from coursekit.worlds.needs import plan_checks
from coursekit.worlds.plan import Plan, PlanCell


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
            known = _plan_cell(whole, ready, visible, include_hidden)
            known.hidden_lines = _hidden_lines(known.source, config.ClearHiddenTests)
            cells.append(known)
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
        imports=names.imports(cell.source for cell in released.cells if cell.cell_type == "code"),
        dataclasses=list(section.get("dataclasses", [])),
        timeout_seconds=float(config.Execute.get("timeout", 30) or 30),
        messages=_messages(path),
        readable=[str(Path(str(config.CourseDirectory.get("root", "."))) / p) for p in section.get("readable", [])],
        full_cells=[_bare(cell) for cell in full.cells],
    )
    if language == "python":
        plan.checks = plan_checks(plan, set())
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


def _hidden_lines(source: str, marks: Any) -> list[int]:
    """The lines that students do not see; marks are nbgrader's settings for what opens and closes them."""
    begin = str(marks.get("begin_test_delimeter", "BEGIN HIDDEN TESTS"))
    end = str(marks.get("end_test_delimeter", "END HIDDEN TESTS"))
    lines, inside = [], False
    for number, line in enumerate(source.split("\n"), 1):
        inside = inside or begin in line
        if inside:
            lines.append(number)
        if end in line:
            inside = False
    return lines
