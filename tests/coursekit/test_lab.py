"""`course lab` opens the start page; a taken port or a missing browser is no error."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from coursekit import desk, lab
from coursekit.course import Course
from coursekit.errors import CourseKitError


def started(course: Course, monkeypatch: pytest.MonkeyPatch, **more: object) -> tuple[list[str], dict[str, str]]:
    """The command and the environment that JupyterLab would get."""
    seen: list[tuple[list[str], dict[str, str]]] = []

    class Started:
        """Stands for a JupyterLab that was closed at once."""

        def __init__(self, command: list[str], cwd: object, env: dict[str, str]) -> None:
            seen.append((command, env))

        def wait(self) -> int:
            return 0

    monkeypatch.setattr(subprocess, "Popen", Started)
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    settings: dict[str, object] = {"teach": False, "port": 8888, "browser": True} | more
    assert lab.run(course, **settings) == 0  # type: ignore[arg-type]
    return seen[0]


def test_a_learner_gets_the_own_desk_with_the_start_page(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.update(course)
    command, environment = started(course, monkeypatch)
    assert command[:3] == [sys.executable, "-m", "coursekit.lab_server"]
    assert f"--ServerApp.root_dir={course.work}" in command
    assert "--LabApp.default_url=/lab/tree/course/0-start.ipynb" in command
    paths = environment["JUPYTER_CONFIG_PATH"].split(os.pathsep)
    assert str(lab.SETTINGS) in paths
    assert [path for path in paths if Path(path, "nbgrader_config.py").is_file()] == [str(course.root)]


def test_nbgraders_panels_find_the_courses_settings_in_a_learners_folder(course: Course) -> None:
    desk.update(course)
    words = [sys.executable, "-c", "from nbgrader.apps import NbGrader; app = NbGrader(); app.load_config_file(); "
             "print(app.config.CourseDirectory.course_id)"]  # fmt: skip
    done = subprocess.run(words, cwd=course.work, env=lab.environment(course), capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("tipcourse\n", "")


def test_a_taken_port_is_passed_over(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    command, _ = started(course, monkeypatch, port=9999)
    assert "--ServerApp.port=9999" in command
    assert "--ServerApp.port_retries=100" in command


def test_without_a_browser_the_address_is_printed_instead(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "--no-browser" in started(course, monkeypatch, browser=False)[0]


def test_a_teacher_gets_the_whole_folder(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    command, _ = started(course, monkeypatch, teach=True)
    assert f"--ServerApp.root_dir={course.root}" in command
    assert not [word for word in command if "default_url" in word]


def test_nothing_is_asked_of_the_network(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate" in started(course, monkeypatch)[0]
    assert "announcements" in (lab.SETTINGS / "labconfig" / "page_config.json").read_text(encoding="utf-8")


def test_a_python_that_cannot_be_started_is_said_in_a_sentence(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", str(course.root / "no-such-python"))
    with pytest.raises(CourseKitError, match="'course doctor' says what is missing"):
        lab.run(course, teach=False, port=8888, browser=False)
