"""A real JupyterLab, started by `course lab` in a copy of the course with an empty HOME, and a real Chromium."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from queue import Empty, Queue
from threading import Thread

import pytest
from lab import Lab
from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip
SECONDS_TO_START = 90


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests share one JupyterLab and are skipped, by name, where there is no Chromium."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group("browser"))
            if CHROMIUM is None:
                item.add_marker(pytest.mark.skip(reason="no Chromium here: apt-get install chromium"))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


def copy_of_course(folder: Path) -> Path:
    """What a clone holds and a learner uses: built notebooks, key, configuration."""
    course = folder / "course folder"  # a space in the path, as on many people's machines
    course.mkdir()
    for name in ("course", "assignments", "solutions", "manuscript"):
        shutil.copytree(ROOT / name, course / name)
    shutil.copy(ROOT / "nbgrader_config.py", course)
    return course


def first_address(process: subprocess.Popen[str]) -> str:
    """The address that JupyterLab prints for people to copy."""
    lines: Queue[str] = Queue()
    Thread(target=lambda: [lines.put(line) for line in process.stdout or []], daemon=True).start()
    said = ""
    while process.poll() is None:
        try:
            line = lines.get(timeout=SECONDS_TO_START)
        except Empty:
            break
        said += line
        found = re.search(r"http://127\.0\.0\.1:\d+/\S*token=\w+", line)
        if found:
            return found.group()
    raise AssertionError(f"JupyterLab printed no address:\n{said}")


@pytest.fixture(scope="session")
def lab_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    """(course folder, address of a running JupyterLab)."""
    folder = tmp_path_factory.mktemp("learner")
    course = copy_of_course(folder)
    environment = {**os.environ, "HOME": str(folder / "home"), "PYTHONUNBUFFERED": "1"}
    (folder / "home").mkdir()
    for name in [n for n in environment if n.startswith(("JUPYTER", "XDG_"))]:
        del environment[name]
    command = [str(Path(sys.executable).with_name("course")), "lab", "--no-browser", "--port", "18888"]
    process = subprocess.Popen(command, cwd=course, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    try:
        yield course, first_address(process)
    finally:
        process.terminate()
        process.wait(timeout=20)


@pytest.fixture
def lab(browser: Browser, lab_process: tuple[Path, str]) -> Iterator[Lab]:
    course, address = lab_process
    context = browser.new_context(viewport={"width": 1280, "height": 1000})
    opened = Lab(context.new_page(), address, course)
    yield opened
    opened.shut_down_kernels()
    context.close()
