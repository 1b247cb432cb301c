"""Fixtures for assignments."""

from __future__ import annotations

import json

import pytest
from proofs import ROOT, UNITS

from coursekit.course import find_course
from coursekit.release import built_files


@pytest.fixture(scope="session")
def built() -> dict[str, bytes]:
    """Everything that the manuscript makes, by path; made once."""
    return built_files(find_course(ROOT))


@pytest.fixture(scope="session")
def released(built: dict[str, bytes]) -> dict[str, dict[str, str]]:
    """unit -> grade_id -> source of the cell that students get."""
    cells = {}
    for unit in UNITS:
        nb = json.loads(built[f"assignments/{unit}/{unit}.ipynb"])
        named = [c for c in nb["cells"] if "nbgrader" in c["metadata"]]
        cells[unit] = {c["metadata"]["nbgrader"]["grade_id"]: "".join(c["source"]) for c in named}
    return cells
