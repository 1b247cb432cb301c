"""pyproject.toml, pins.txt and environment.yml name the same packages, exactly, and hold no address."""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import tomllib
from pathlib import Path
from types import ModuleType

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PINS = (ROOT / "pins.txt").read_text(encoding="utf-8").splitlines()


BUILD_PINS = PROJECT["tool"]["uv"]["build-constraint-dependencies"]


def name_of(requirement: str) -> str:
    return re.sub(r"[-_.]+", "-", re.match(r"[A-Za-z0-9._-]+", requirement)[0]).lower()


def conda_pins() -> list[str]:
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    return next(entry["pip"] for entry in environment["dependencies"] if isinstance(entry, dict))


def test_uv_obeys_the_same_pins() -> None:
    assert PROJECT["tool"]["uv"]["constraint-dependencies"] == PINS


def test_every_pin_is_exact() -> None:
    assert [pin for pin in [*PINS, *BUILD_PINS] if not re.match(r"^[A-Za-z0-9._-]+==[^ ]+( ; .+)?$", pin)] == []


def test_the_build_tool_and_what_it_needs_are_pinned() -> None:
    """pip reads the first, uv both."""
    (tool,) = PROJECT["build-system"]["requires"]
    assert re.match(r"^hatchling==[^ ]+$", tool) and tool in BUILD_PINS
    assert {"hatchling", "packaging", "pathspec", "pluggy", "trove-classifiers"} <= {name_of(p) for p in BUILD_PINS}


@pytest.fixture
def tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("refresh_pins", ROOT / "tools" / "refresh_pins.py")
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


@pytest.mark.parametrize("stop", [KeyboardInterrupt, FileNotFoundError, subprocess.CalledProcessError(1, "uv")])
def test_pins_stay_whatever_stops_the_choice_of_new_ones(
    tool: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stop: type[BaseException] | BaseException
) -> None:
    """Ctrl+C, no uv, no versions that fit."""
    before = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    (tmp_path / "pyproject.toml").write_text(before, encoding="utf-8")

    def run(*_: object, **__: object) -> None:
        assert (tmp_path / "pyproject.toml").read_text(encoding="utf-8") != before  # uv chooses freely
        raise stop

    monkeypatch.setattr(tool, "PYPROJECT", tmp_path / "pyproject.toml")
    monkeypatch.setattr(tool.subprocess, "run", run)
    with pytest.raises((KeyboardInterrupt, FileNotFoundError, SystemExit)):
        tool.main()
    assert (tmp_path / "pyproject.toml").read_text(encoding="utf-8") == before


def test_the_oldest_click_that_is_allowed_knows_what_the_command_line_uses() -> None:
    """NoArgsIsHelpError, in coursekit/cli.py, came with 8.2."""
    assert "click>=8.2" in PROJECT["project"]["dependencies"]


def test_new_pins_take_the_place_of_the_old_ones_and_nothing_else(tool: ModuleType) -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert tool.with_pins(text, PINS, BUILD_PINS) == text
    free = tomllib.loads(tool.with_pins(text, [], []))
    assert free["build-system"]["requires"] == ["hatchling"]
    assert free["tool"]["uv"] == {"constraint-dependencies": [], "build-constraint-dependencies": []}
    assert free["project"] == PROJECT["project"]
    new = tomllib.loads(tool.with_pins(text, ["a==1"], ["hatchling==2", "b==3"]))
    assert new["build-system"]["requires"] == ["hatchling==2"]
    assert new["tool"]["uv"] == {
        "constraint-dependencies": ["a==1"],
        "build-constraint-dependencies": ["hatchling==2", "b==3"],
    }


def test_every_declared_package_is_pinned() -> None:
    declared = list(PROJECT["project"]["dependencies"])
    for extra in PROJECT["project"]["optional-dependencies"].values():
        declared += extra
    assert {name_of(d) for d in declared} - {name_of(p) for p in PINS} == set()


def test_conda_gets_the_same_core_packages() -> None:
    pins = conda_pins()
    assert pins[-1] == "-e ."
    assert {p.split(" ;")[0] for p in pins[:-1]} <= {p.split(" ;")[0] for p in PINS}
    assert {name_of(d) for d in PROJECT["project"]["dependencies"]} <= {name_of(p) for p in pins[:-1]}


def test_no_pin_holds_an_address() -> None:
    told = (ROOT / "pins.txt").read_text() + (ROOT / "environment.yml").read_text() + "".join(BUILD_PINS)
    assert re.findall(r"://|\bfile:|@ ", told) == []


@pytest.mark.xdist_group("alone")
def test_these_versions_of_pytest_and_its_plug_in_keep_groups_together(request: pytest.FixtureRequest) -> None:
    """Tests that load the machine or share a JupyterLab take turns; a plug-in that overlooks groups says nothing."""
    assert request.node.nodeid.endswith("@alone") == ("PYTEST_XDIST_WORKER" in os.environ)
