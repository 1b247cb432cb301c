"""A small course that is built in a temporary folder."""

from __future__ import annotations

from pathlib import Path

import pytest
from minicourse import make_course

from coursekit.course import Course


@pytest.fixture
def course(tmp_path: Path) -> Course:
    return make_course(tmp_path / "course")
