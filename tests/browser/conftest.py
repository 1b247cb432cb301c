"""A real JupyterLab, started by `course lab` in a copy of the course with an empty HOME, and a real Chromium."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from lab import CHROMIUM, Lab, copy_of_course, running_lab
from playwright.sync_api import Browser


@pytest.hookimpl(tryfirst=True)  # before pytest-xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests share one JupyterLab, take turns with the hostile ones, which load the machine, and need Chromium."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group("takes-turns"))
            if CHROMIUM is None:
                item.add_marker(pytest.mark.skip(reason="no Chromium here: apt-get install chromium"))


@pytest.fixture(scope="session")
def lab_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    """(course folder, address of a running JupyterLab)."""
    folder = tmp_path_factory.mktemp("learner")
    course = copy_of_course(folder)
    with running_lab(course, folder / "home") as address:
        yield course, address


@pytest.fixture
def lab(browser: Browser, lab_process: tuple[Path, str]) -> Iterator[Lab]:
    course, address = lab_process
    context = browser.new_context(viewport={"width": 1280, "height": 1000})
    opened = Lab(context.new_page(), address, course)
    yield opened
    opened.shut_down_kernels()
    context.close()
