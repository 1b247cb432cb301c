"""How long does a learner wait: for the start page, for a check, for help, and an author for a full build?

    python benchmarks/start.py

Warm figures (everything installed): `course lab` until JupyterLab answers, `course check` of one unit, one question
in a notebook (the judgement alone, and in JupyterLab from Shift+Enter to the answer on the page: the first time, and
after that), `course --help`, and a full build in memory. The load of the machine is printed too. Needs Debian's chromium.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "support"))
from commands import COURSE
from lab import CHROMIUM, FLAGS, Lab, copy_of_course, running_lab
from playwright.sync_api import sync_playwright

from coursekit import exercises, release
from coursekit.course import Course, find_course
from coursekit.verdict import judge

UNIT, QUESTION = "3-tiers", "tiers-leave"


def seconds(call: Callable[[], object], times: int = 3) -> float:
    """The median of a few calls."""
    took = []
    for _ in range(times):
        began = time.perf_counter()
        call()
        took.append(time.perf_counter() - began)
    return statistics.median(took)


def lab_answers(course: Course, home: Path) -> None:
    """`course lab` until its page comes."""
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with running_lab(course.root, home) as address:
        for _ in range(600):
            try:
                direct.open(address, timeout=60).read()
                return
            except urllib.error.URLError:
                time.sleep(0.05)  # the address is printed a moment before the server listens
    raise TimeoutError(address)


def question(course: Course) -> None:
    """One answered question, as check("...") judges it in a running notebook."""
    namespace: dict[str, object] = {}
    exec("def must_leave(first_year):\n    return first_year + 2", namespace)
    judge(exercises.find_question(course, QUESTION), namespace, [])


def asked_in_lab(course: Course, home: Path, times: int = 5) -> list[float]:
    """Seconds from Shift+Enter on a ready check to its answer on the page, for each time it is asked."""
    took = []
    with running_lab(course.root, home) as address, sync_playwright() as playwright:
        page = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS).new_page()
        lab = Lab(page, address, course.root)
        lab.open(f"assignments/{UNIT}/{UNIT}.ipynb")
        lab.cell("from coursekit", ".jp-CodeCell").locator(".cm-content").click()
        page.keyboard.press("Shift+Enter")
        lab.wait_until_idle()
        cell = lab.cell(f'check("{QUESTION}")', ".jp-CodeCell")
        for _ in range(times):
            cell.locator(".jp-OutputArea-output").evaluate_all("old => old.forEach(node => node.remove())")
            cell.locator(".cm-content").click()
            began = time.perf_counter()
            page.keyboard.press("Shift+Enter")
            cell.locator(".jp-OutputArea-output").first.wait_for()
            took.append(time.perf_counter() - began)
            answer = cell.locator(".jp-OutputArea-output").first.inner_text()
            if "Not answered yet" not in answer:
                raise SystemExit(f"The check did not answer: {answer}")
            lab.wait_until_idle()
    return took


def main() -> None:
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
    with tempfile.TemporaryDirectory() as folder:
        course = find_course(copy_of_course(Path(folder)))
        shutil.rmtree(course.work, ignore_errors=True)
        command = [COURSE, "check", UNIT, "--course-dir", str(course.root)]
        for name, call, times in [
            ("course --help", lambda: subprocess.run([COURSE, "--help"], capture_output=True, check=True), 5),
            ("course lab until the page comes", lambda: lab_answers(course, Path(folder) / "home"), 2),
            (f"course check {UNIT}", lambda: subprocess.run(command, capture_output=True, check=False), 3),
            ("one question in a notebook", lambda: question(course), 5),
            ("full build in memory", lambda: release.built_files(course), 1),
        ]:
            print(f"{name:34}{seconds(call, times):8.2f} s", flush=True)
        first, *later = asked_in_lab(course, Path(folder) / "home")
        print(f"{'a check in JupyterLab, first time':34}{first:8.2f} s")
        print(f"{'after that':34}{statistics.median(later):8.2f} s")


if __name__ == "__main__":
    main()
