"""A small course that is built in a temporary folder."""

from __future__ import annotations

from pathlib import Path

import pytest
from minicourse import make_course
from terminal import Terminal

from coursekit.course import Course


@pytest.fixture
def course(tmp_path: Path) -> Course:
    return make_course(tmp_path / "course")


@pytest.fixture
def terminal(capsys: pytest.CaptureFixture[str]) -> Terminal:
    """Types commands in this process."""
    return Terminal(capsys)
