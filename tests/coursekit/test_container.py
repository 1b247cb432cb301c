"""The parts of the container's recipe, tested without a container engine: none runs here, so no image is built.

Packages, pins, the install command and the command that it starts are those that the tests themselves use; the walls that
an unprivileged user gets are in tests/hostile.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
RECIPE = (ROOT / "Containerfile").read_text(encoding="utf-8").replace("\\\n", " ")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def step(instruction: str) -> list[str]:
    return re.findall(rf"^{instruction} (.+)$", RECIPE, re.M)


def test_it_installs_the_wall_that_the_tests_install() -> None:
    packages = re.search(r"apt-get install --yes --no-install-recommends (.+?) &&", RECIPE)[1].split()
    assert packages == ["python3", "python3-venv", "bubblewrap", "fonts-dejavu-core"]
    assert "bubblewrap" in re.findall(r"need\+=\((\S+)\)", (ROOT / ".ci" / "run").read_text(encoding="utf-8"))


def test_its_versions_are_the_pinned_ones() -> None:
    (install,) = re.findall(r"pip install (.+?) &&", RECIPE)
    assert install.split() == ["--no-cache-dir", "--constraint", "/opt/tipcourse/pins.txt",
                               '"/opt/tipcourse[cluster,postgresql]"']  # fmt: skip
    assert step("COPY") == [". /opt/tipcourse"] and (ROOT / "pins.txt").is_file()
    assert {"cluster", "postgresql"} <= set(PROJECT["project"]["optional-dependencies"])


def test_nothing_of_a_class_gets_into_the_image() -> None:
    """The recipe copies the folder that it lies in: submissions, marks and a learner's own work stay out."""
    left_out = (ROOT / ".dockerignore").read_text(encoding="utf-8").split()  # Docker and podman read it
    assert {"grading", "work", "site", "classes", "students.csv", ".git", ".venv"} <= set(left_out)
    needed = {"pyproject.toml", "README.md", "pins.txt", "src"}
    assert not needed & set(left_out) and all((ROOT / name).exists() for name in needed)


def test_it_starts_the_command_as_an_unprivileged_user() -> None:
    assert json.loads(step("ENTRYPOINT")[0]) == ["/opt/grader/bin/course"]
    assert PROJECT["project"]["scripts"] == {"course": "coursekit.cli:main"}
    assert json.loads(step("CMD")[0]) == ["doctor"]
    lines = RECIPE.splitlines()
    assert step("USER") == ["grader"] and lines.index("USER grader") < lines.index('CMD ["doctor"]')
    assert "useradd --create-home grader" in RECIPE and step("WORKDIR") == ["/course"]


@pytest.mark.parametrize("words", [["doctor", "--help"], ["grade", "--help"]], ids=lambda words: words[0])
def test_the_commands_of_its_page_exist(words: list[str]) -> None:
    command = str(Path(sys.executable).with_name("course"))
    done = subprocess.run([command, *words], capture_output=True, text=True, check=True)
    assert "Usage: course" in done.stdout


def test_the_page_says_that_no_image_was_built() -> None:
    page = " ".join((ROOT / "docs" / "grading.md").read_text(encoding="utf-8").split())
    assert "the image itself was not built here, for want of a container engine" in page
    for option in ("seccomp=unconfined", "systempaths=unconfined"):
        assert option in page


def test_its_commands_work_as_they_are_typed() -> None:
    """zsh takes a bare * for names of files, PowerShell a colon after $PWD for a drive; Docker looks for another file."""
    page = (ROOT / "docs" / "grading.md").read_text(encoding="utf-8")
    assert '"${PWD}:/course"' in page and '"unmask=/proc/*"' in page and "`-f Containerfile`" in page
    assert "--userns=keep-id:uid=1000,gid=1000" in page  # Debian gives its first user this number
