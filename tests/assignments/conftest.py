"""Fixtures for assignments."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

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


@pytest.fixture(scope="session")
def graded_folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A folder for each unit's key, the same for all tests, so that the warm processes serve them all."""
    return {unit: tmp_path_factory.mktemp(unit) for unit in UNITS}


@pytest.fixture(scope="session")
def course_config() -> Any:
    return find_course(ROOT).config
