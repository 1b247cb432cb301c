"""`course doctor` finds what is missing, says what to type, and fails only where learning is not possible."""

from __future__ import annotations

import importlib.metadata
import os
import shutil
import sys
from collections import namedtuple

import pytest

from coursekit import doctor
from coursekit.course import Course
from coursekit.doctor import Finding, examine, learner_can_work

Disk = namedtuple("Disk", "total used free")


def found(course: Course, name: str) -> Finding:
    return next(f for f in examine(course) if f.name == name)


def test_here_a_learner_can_work(course: Course) -> None:
    findings = examine(course)
    assert learner_can_work(findings), [f for f in findings if not f.well]
    assert {f.for_whom for f in findings} == {"learner", "instructor", "tests"}


def test_whatever_is_not_well_comes_with_advice(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    for finding in examine(course):
        assert finding.found and (finding.well or finding.advice), finding


def test_an_old_python_is_named(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 9, 2))
    python = found(course, "Python")
    assert (python.well, python.found) == (False, "3.9.2")
    assert "3.11" in python.advice
    assert not learner_can_work(examine(course))


@pytest.mark.parametrize("have", ["4.2.1", None], ids=["too old", "not installed"])
def test_a_package_that_is_missing_or_old(course: Course, monkeypatch: pytest.MonkeyPatch, have: str | None) -> None:
    real = importlib.metadata.version

    def version(name: str) -> str:
        if name != "jupyterlab":
            return real(name)
        if have is None:
            raise importlib.metadata.PackageNotFoundError(name)
        return have

    monkeypatch.setattr(importlib.metadata, "version", version)
    assert 'jupyterlab>=4.6"' in found(course, "jupyterlab").advice


def test_a_full_disk(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda place: Disk(10**9, 10**9, 0))
    disk = found(course, "disk space")
    assert not disk.well and "Make room" in disk.advice


def test_no_right_to_write(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda place, mode: False)
    assert "copy the course to a folder of your own" in found(course, "right to write").advice


def test_a_course_that_is_not_built(course: Course) -> None:
    for place in (course.lessons, course.source, course.release, course.manuscript):
        shutil.rmtree(place)
    assert found(Course(course.root), "course folder").advice == "Run: course build"


@pytest.mark.parametrize("system", ["win32", "darwin"])
def test_on_other_systems_learning_works_and_grading_says_where(
    course: Course, monkeypatch: pytest.MonkeyPatch, system: str
) -> None:
    monkeypatch.setattr(sys, "platform", system)
    walls = doctor._walls()
    assert not walls.well and "Grade on Linux" in walls.advice
    assert learner_can_work(examine(course))
