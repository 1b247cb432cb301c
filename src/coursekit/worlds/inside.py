"""Does a check ask how an answer is written, and not only what it does?

A stand-in for the student's function or object has no code, defaults or closure of theirs. Asked for these it would say
that nothing forbidden is there, so such a check runs where the answer itself is. Told from the check as Python reads it:
what stands in comments and texts is nothing that is asked. In doubt it is asked.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from coursekit.magics import parsed
from coursekit.worlds.plan import Plan
from coursekit.worlds.remotes import ABILITIES

# Of these a stand-in says what the thing itself would say.
_FAITHFUL = ABILITIES | {"__name__", "__doc__", "__class__", "__version__", "__main__"}
_TELLING = frozenset({
    "getsource", "getsourcelines", "getsourcefile", "getfile", "getcomments", "findsource", "getclosurevars", "getmembers",
    "getmembers_static", "getattr_static", "isgeneratorfunction", "iscoroutinefunction", "isasyncgenfunction", "shares_memory",
    "may_share_memory", "cache_info", "cache_clear", "cache_parameters", "user_ns", "user_global_ns", "history_manager",
})  # fmt: skip
_SOURCES = frozenset({"dis", "In", "_ih"})  # Python's and IPython's own: the code, and the cells that were run
_NAMESPACES = frozenset({"globals", "locals", "vars", "dir"})


def looks_inside(plan: Plan, grade_id: str) -> bool:
    """Whether this check, or a function of the instructor's that it uses, asks how an answer is written."""
    return any(_asks(tree, set(plan.checks[grade_id].names)) for tree in _code_of(plan, grade_id))


def _code_of(plan: Plan, grade_id: str) -> list[ast.AST]:
    """The check, and the functions and classes of the notebook that it names, answers left out."""
    answers = {cell.grade_id for cell in plan.cells if cell.kind in ("answer", "manual")}
    defined: dict[str, list[ast.AST]] = {}
    for cell in plan.full_cells:
        if cell["cell_type"] == "code" and cell["metadata"].get("nbgrader", {}).get("grade_id") not in answers:
            for node in _statements(cell["source"]):
                if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                    defined.setdefault(node.name, []).append(node)
    found: list[ast.AST] = list(_statements(plan.cell(grade_id).source))
    for tree in found:  # grows while it is read
        for name in _names(tree):
            found += defined.pop(name, [])
    return found


def _statements(source: str) -> list[ast.stmt]:
    try:
        return parsed(source).body
    except SyntaxError:
        return []


def _names(tree: ast.AST) -> Iterator[str]:
    return (node.id for node in ast.walk(tree) if isinstance(node, ast.Name))


def _asks(tree: ast.AST, known: set[str]) -> bool:
    """known: names whose values the check gets from the student's world"""
    fine = [node.comparators[0] for node in ast.walk(tree) if isinstance(node, ast.Compare) and _is_there(node, known)]
    return any(_tells(node) and node not in fine for node in ast.walk(tree))


def _is_there(node: ast.Compare, known: set[str]) -> bool:
    """ "total" in globals(), of a name that the check reads as well: it is there, or not, as in the student's world."""
    return (
        isinstance(node.ops[0], ast.In | ast.NotIn) and isinstance(node.left, ast.Constant) and node.left.value in known
    )


def _tells(node: ast.AST) -> bool:
    if isinstance(node, ast.Attribute):
        return _telling(node.attr) and not _own(node.value)
    if isinstance(node, ast.Constant):  # hasattr(f, "__wrapped__"), or a list of such names
        return isinstance(node.value, str) and _telling(node.value)
    if isinstance(node, ast.Call):
        return isinstance(node.func, ast.Name) and node.func.id in _NAMESPACES
    if isinstance(node, ast.ImportFrom):
        return node.module in _SOURCES or any(_telling(alias.name) for alias in node.names)
    if isinstance(node, ast.Import):
        return any(alias.name in _SOURCES for alias in node.names)
    return isinstance(node, ast.Name) and node.id in _SOURCES | _TELLING


def _telling(name: str) -> bool:
    special = len(name) > 4 and name.startswith("__") and name.endswith("__")
    return name in _TELLING or (special and name not in _FAITHFUL)


def _own(value: ast.expr) -> bool:
    """super() and self, of a class that the check itself writes."""
    if isinstance(value, ast.Call):
        value = value.func
    return isinstance(value, ast.Name) and value.id in ("super", "self")
