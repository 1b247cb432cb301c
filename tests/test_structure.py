"""The house stands as it is described: who may import whom, what may not be where."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src"
FLOORS = [
    ["errors"],
    ["data", "sources", "dated", "findings"],
    ["law", "tiers", "hukou", "population", "evidence", "remedy", "brief"],
    ["figures"],
    ["widgets"],
]
MODULES = sorted(SOURCE.rglob("*.py"))


def imports_of(path: Path) -> set[str]:
    """Dotted names of everything the module imports, at its top or inside."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def floor_of(part: str) -> int | None:
    return next((number for number, parts in enumerate(FLOORS) if part in parts), None)


@pytest.mark.parametrize(
    "path", [p for p in MODULES if "tipcourse" in p.parts], ids=lambda p: str(p.relative_to(SOURCE))
)
def test_a_module_imports_only_from_floors_below(path: Path) -> None:
    here = path.relative_to(SOURCE / "tipcourse").parts[0].removesuffix(".py")
    if here == "__init__":
        return
    floor = floor_of(here)
    assert floor is not None, f"{here} has no floor: give it one in this test and in docs/house.md"
    for name in imports_of(path):
        parts = name.split(".")
        if parts[0] != "tipcourse" or len(parts) < 2 or floor_of(parts[1]) is None:
            continue
        same_part = parts[1] == here
        below = floor_of(parts[1]) < floor
        ground = floor <= 1 and floor_of(parts[1]) == 1  # sources, tables and dated rules share the ground floor
        assert same_part or below or ground, f"{here} imports {name}"


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(SOURCE)))
def test_the_two_packages_never_import_each_other(path: Path) -> None:
    other = "coursekit" if "tipcourse" in path.relative_to(SOURCE).parts else "tipcourse"
    assert {n for n in imports_of(path) if n.split(".")[0] == other} == set()


@pytest.mark.parametrize(
    "path",
    [
        p
        for p in MODULES
        if "tipcourse" in p.parts
        and floor_of(p.relative_to(SOURCE / "tipcourse").parts[0].removesuffix(".py")) in (1, 2)
    ],
    ids=lambda p: str(p.relative_to(SOURCE)),
)
def test_models_draw_nothing_and_ask_no_clock(path: Path) -> None:
    assert not {n for n in imports_of(path) if n.split(".")[0] in ("matplotlib", "ipywidgets", "random")}
    text = path.read_text(encoding="utf-8")
    for forbidden in ("date.today(", "datetime.now(", "np.random.seed", "np.random.rand", "open("):
        assert forbidden not in text.replace(".open(", ""), forbidden


def test_only_the_sandbox_and_the_worlds_run_foreign_code() -> None:
    allowed = {"verdict.py", "check_alone.py"}  # the learner's own notebook, for the learner alone
    runners = set()
    for path in (SOURCE / "coursekit").glob("*.py"):
        calls = [
            n.func.id
            for n in ast.walk(ast.parse(path.read_text()))
            if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)
        ]
        if "exec" in calls or "eval" in calls:
            runners.add(path.name)
    assert runners <= allowed
