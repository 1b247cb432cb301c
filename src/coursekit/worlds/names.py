"""Which names does a piece of notebook code set, and which does it read?

Reading code, never running it. Used to tell what a check takes from the student: what answers define, and what other
cells make out of it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from coursekit.magics import parsed


@dataclass(frozen=True)
class Statement:
    """One top-level statement. sets and reads are names of the notebook's namespace."""

    code: str
    sets: frozenset[str]
    reads: frozenset[str]
    is_import: bool = False
    helpers: dict[str, frozenset[str]] = field(default_factory=dict, compare=False)


@lru_cache(maxsize=2000)
def statements(source: str) -> tuple[Statement, ...]:
    """The top-level statements of a cell; IPython's magics and a %%time or %%capture line are understood.

    A cell that is not Python, or nested too deeply to be looked through, gives no statements.
    """
    try:
        return tuple(_statement(node) for node in parsed(source).body)
    except (SyntaxError, RecursionError):
        return ()


def _statement(node: ast.stmt) -> Statement:
    collector = _Names()
    collector.visit(node)
    helpers = {}
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        helpers[node.name] = frozenset(collector.reads)
    return Statement(
        code=ast.unparse(node),
        sets=frozenset(collector.sets),
        reads=frozenset(collector.reads),
        is_import=isinstance(node, ast.Import | ast.ImportFrom),
        helpers=helpers,
    )


class _Names(ast.NodeVisitor):
    """Names set at the top level and names read anywhere inside."""

    def __init__(self) -> None:
        self.sets: set[str] = set()
        self.reads: set[str] = set()
        self._depth = 0

    def visit_Name(self, node: ast.Name) -> None:
        if isinstance(node.ctx, ast.Load):
            self.reads.add(node.id)
        elif self._depth == 0:
            self.sets.add(node.id)

    def visit_Global(self, node: ast.Global) -> None:
        self.sets.update(node.names)

    def visit_Import(self, node: ast.Import | ast.ImportFrom) -> None:
        if self._depth == 0:
            for alias in node.names:
                self.sets.add((alias.asname or alias.name).partition(".")[0])

    visit_ImportFrom = visit_Import

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        if isinstance(node.target, ast.Name):
            self.reads.add(node.target.id)
        self.generic_visit(node)

    def _store_into(self, node: ast.Subscript | ast.Attribute) -> None:
        """table["rate"] = … and ax.title = … change what the name stands for."""
        base: ast.expr = node
        while isinstance(base, ast.Subscript | ast.Attribute):
            base = base.value
        if isinstance(base, ast.Name) and not isinstance(node.ctx, ast.Load) and self._depth == 0:
            self.sets.add(base.id)
        self.generic_visit(node)

    visit_Subscript = _store_into
    visit_Attribute = _store_into

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> None:
        if node.name and self._depth == 0:
            self.sets.add(node.name)
        self.generic_visit(node)

    def _definition(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> None:
        if self._depth == 0:
            self.sets.add(node.name)
        self._inside(node)

    visit_FunctionDef = _definition
    visit_AsyncFunctionDef = _definition
    visit_ClassDef = _definition

    def _inside(self, node: ast.AST) -> None:
        self._depth += 1
        self.generic_visit(node)
        self._depth -= 1

    visit_Lambda = _inside
    visit_ListComp = _inside
    visit_SetComp = _inside
    visit_DictComp = _inside
    visit_GeneratorExp = _inside


def sets(source: str) -> frozenset[str]:
    """Every name that a cell sets."""
    return frozenset().union(*(s.sets for s in statements(source)))


def reads(source: str) -> frozenset[str]:
    """Every name that a cell reads."""
    return frozenset().union(*(s.reads for s in statements(source)))


def imports(sources: Iterable[str]) -> list[str]:
    """Import statements of these cells: what a warm interpreter should hold already."""
    found = [s.code for source in sources for s in statements(source) if s.is_import]
    return sorted(set(found))
