"""No autograded question is answered by one call of the public library: an answer does some work of its own."""

from __future__ import annotations

import ast

import pytest
from proofs import UNITS, assignment

WORK = (ast.Call, ast.BinOp, ast.Compare, ast.BoolOp, ast.comprehension, ast.For, ast.While, ast.If, ast.IfExp)


def names_of_library(sources: list[str]) -> set[str]:
    """Names under which a notebook's cells import the subject's library."""
    found: set[str] = set()
    for node in (node for source in sources for node in ast.walk(ast.parse(source))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "tipcourse":
            found |= {alias.asname or alias.name for alias in node.names}
        elif isinstance(node, ast.Import):
            found |= {a.asname or "tipcourse" for a in node.names if a.name.split(".")[0] == "tipcourse"}
    return found


def is_one_call(answer: str, library: set[str]) -> bool:
    """Whether all the work of an answer is one call of the library; giving the result a name, or taking a part of it, is none."""
    work = [node for node in ast.walk(ast.parse(answer)) if isinstance(node, WORK)]
    if len(work) != 1 or not isinstance(work[0], ast.Call):
        return False
    called = work[0].func
    while isinstance(called, ast.Attribute):
        called = called.value
    return isinstance(called, ast.Name) and called.id in library


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("def tier(country):\n    '''What?'''\n    return ruling(country, 2016)", True),
        ("def tier(country):\n    found = t.ruling(country, year=2016)\n    return found.tier[0]", True),
        ("tier = ruling('CHN', 2016)", True),
        ("def tier(country):\n    return ruling(country, 2016).tier + 1", False),
        ("def tier(country):\n    return max(country)", False),
    ],
)
def test_one_call_is_told_from_work(answer: str, expected: bool) -> None:
    library = names_of_library(["import tipcourse.tiers as t", "from tipcourse.tiers import ruling"])
    assert is_one_call(answer, library) == expected


@pytest.mark.parametrize("unit", UNITS)
def test_no_answer_is_one_call_of_the_library(unit: str) -> None:
    made = assignment(unit)
    cells = [cell.source for cell in made.key.cells if cell.cell_type == "code"]
    library = names_of_library(cells)
    assert [name for name in made.auto_questions if is_one_call(made.cell(name).source, library)] == []
