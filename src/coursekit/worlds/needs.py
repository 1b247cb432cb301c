"""What does each check take from the student's world, and what has to be run before it?

Told by reading the instructor's notebook from its top: names that answers set, and what other cells make out of them, come
from the student; everything else the reference world runs by itself. Nothing is run here.
"""

from __future__ import annotations

from coursekit.worlds import names
from coursekit.worlds.plan import CheckPlan, Plan


def plan_checks(plan: Plan, from_student: set[str]) -> dict[str, CheckPlan]:
    """Walk the instructor's notebook: which names each check takes from the student, what runs before it.

    from_student  names that a trial found to come from the student although no answer sets them
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
