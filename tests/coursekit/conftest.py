"""A small course that is built in a temporary folder, and a class of it."""

from __future__ import annotations

import shutil
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


@pytest.fixture(scope="session")
def answered_class(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Made once; tests take a copy, which they may change."""
    from handmarked import make_answered_class

    return make_answered_class(tmp_path_factory.mktemp("answered")).root


@pytest.fixture
def answered(answered_class: Path, tmp_path: Path) -> Course:
    """A class of three whose notebooks are graded; the written answers are open."""
    shutil.copytree(answered_class, tmp_path / "class")
    return Course(tmp_path / "class")
