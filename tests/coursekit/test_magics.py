"""Cells as IPython reads them, with their lines where they were."""

from __future__ import annotations

import ast

import pytest

from coursekit.magics import parsed


@pytest.mark.parametrize(
    "cell", ["%matplotlib inline\n{}", "%%time\n\n{}", "\n \n%pip list\n{}", "!ls\n{}", "{}\n%time f(1)", "{}"]
)
def test_what_stands_beside_a_magic_is_read(cell: str) -> None:
    function = next(n for n in parsed(cell.format("def f(x):\n    return x")).body if isinstance(n, ast.FunctionDef))
    assert (function.name, function.lineno) == ("f", cell[: cell.index("{")].count("\n") + 1)


@pytest.mark.parametrize("cell", ["x = 2 *", "    x = 2 *", "\n%matplotlib inline\nx = 2 *", "%%time\n\nx = 2 *"])
def test_the_line_that_cannot_be_read_is_told_by_its_place_in_the_cell(cell: str) -> None:
    with pytest.raises(SyntaxError) as caught:
        parsed(cell)
    assert caught.value.lineno == cell.count("\n") + 1


@pytest.mark.parametrize("cell", ["-" * 200_000 + "1", "x = '\0'", "(" * 3000], ids=["deep", "null", "brackets"])
def test_what_python_refuses_in_other_ways_is_refused_in_this_one(cell: str) -> None:
    with pytest.raises(SyntaxError):
        parsed(cell)
