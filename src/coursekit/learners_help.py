"""What may lie beside a released notebook, to help who answers it?

The help.json of an assignment: titles, hints, messages of known mistakes, and the names that each answer has to give. No
answers. Which names those are is read from the key's code and its checks, never by running them.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable
from typing import Any

from nbformat import NotebookNode

from coursekit.magics import parsed
from coursekit.notebooks import mistakes


def help_for_learners(nb: NotebookNode, exercises: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """What may lie beside a released notebook: titles, hints, messages of known mistakes, names to define. No answers."""
    told = {}
    graded = [(c.metadata.get("nbgrader", {}), c.source) for c in nb.cells if c.cell_type == "code"]
    for cell in nb.cells:
        meta = cell.metadata.get("nbgrader", {})
        entry = exercises.get(meta.get("grade_id", ""))
        if entry is None:
            continue
        checks = [source for m, source in graded if str(m.get("grade_id", "")).startswith(f"{meta['grade_id']}-check")]
        told[meta["grade_id"]] = {
            "title": entry["title"],
            "hints": [" ".join(h.split()) for h in entry.get("hints", [])],
            "mistakes": mistakes(exercises, meta["grade_id"]),
            "names": [] if cell.cell_type != "code" else names_to_give(cell.source, checks),
        }
    return told


def names_to_give(solution: str, checks: Iterable[str]) -> list[str]:
    """Names that an answer has to give: those that the key gives at its top level and some check asks for.

    Another right answer may go another way, so nobody is asked for the names on the key's way.
    """
    asked = {node.id for check in checks for node in ast.walk(parsed(check)) if isinstance(node, ast.Name)}
    return [name for name in defined_names(solution) if name in asked]


def defined_names(source: str) -> list[str]:
    """Names that a cell's code gives a value at its top level, in order; empty when it is not Python."""
    try:
        body = parsed(source).body
    except SyntaxError:
        return []
    names: list[str] = []
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.append(node.name)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            continue
        else:
            inner = {id(n) for c in ast.walk(node) if isinstance(c, ast.comprehension) for n in ast.walk(c.target)}
            stored = [n for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)]
            names += [n.id for n in stored if id(n) not in inner]  # the variable of a comprehension stays inside it
    return list(dict.fromkeys(names))
