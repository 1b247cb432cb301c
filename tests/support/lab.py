"""JupyterLab as a person uses it: start it, open a notebook, run it, write into a cell, read what it answers."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Empty, Queue
from threading import Thread
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Locator, Page, TimeoutError, expect

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip
SECONDS = 120_000
SECONDS_TO_START = 90
FIRST_PORT = 18888


def copy_of_course(folder: Path) -> Path:
    """What a clone holds and a learner uses: built notebooks, key, configuration."""
    course = folder / "course folder"  # a space in the path, as on many people's machines
    course.mkdir()
    for name in ("course", "assignments", "solutions", "manuscript"):
        shutil.copytree(ROOT / name, course / name)
    shutil.copy(ROOT / "nbgrader_config.py", course)
    return course


def _first_address(process: subprocess.Popen[str]) -> str:
    """The address that JupyterLab prints for people to copy."""
    lines: Queue[str] = Queue()
    name = f"lab-{process.pid}"
    Thread(target=lambda: [lines.put(line) for line in process.stdout or []], name=name, daemon=True).start()
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


@contextmanager
def running_lab(course: Path, home: Path, *words: str) -> Iterator[str]:
    """`course lab` in this course with an empty HOME; gives the address that it prints. words: more of the command."""
    environment = {**os.environ, "HOME": str(home), "PYTHONUNBUFFERED": "1"}
    home.mkdir(exist_ok=True)
    for name in [n for n in environment if n.startswith(("JUPYTER", "XDG_"))]:
        del environment[name]
    command = [str(Path(sys.executable).with_name("course")), "lab", "--no-browser", "--port", str(FIRST_PORT), *words]
    process = subprocess.Popen(
        command, cwd=course, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    try:
        yield _first_address(process)
    finally:
        process.terminate()
        process.wait(timeout=20)
        reading = [thread for thread in threading.enumerate() if thread.name == f"lab-{process.pid}"]
        for thread in reading:
            thread.join(timeout=20)
        if process.stdout:
            process.stdout.close()


class Lab:
    """One browser page on a running JupyterLab."""

    def __init__(self, page: Page, address: str, course: Path) -> None:
        self.page, self.address, self.course = page, address, course
        parts = urlsplit(address)
        self.base = f"{parts.scheme}://{parts.netloc}"
        self.token = parse_qs(parts.query)["token"][0]
        self._headers = {"Authorization": f"token {self.token}"}

    def open_printed_address(self) -> None:
        """What a person does who copies the printed address into a browser."""
        self.page.goto(self.address)
        self._wait_for_kernel()

    def open(self, notebook: str) -> None:
        """Open a notebook (path inside the desk) in a workspace of its own, so that old tabs do not come back."""
        self.page.goto(f"{self.base}/lab/workspaces/{uuid.uuid4().hex[:8]}/tree/{notebook}?reset&token={self.token}")
        self._wait_for_kernel()

    def _wait_for_kernel(self) -> None:
        expect(self.page.locator(".jp-NotebookPanel:visible")).to_be_visible(timeout=SECONDS)
        self.page.wait_for_function(
            "() => document.querySelector('#jp-main-statusbar')?.textContent.includes('| Idle')", timeout=SECONDS
        )
        self.wait_until_idle()

    def wait_until_idle(self) -> None:
        """The kernel has nothing left to do."""
        idle = self.page.locator(".jp-NotebookPanel:visible .jp-Notebook-ExecutionIndicator[data-status=idle]")
        expect(idle).to_be_attached(timeout=SECONDS)

    def menu(self, name: str, entry: str) -> None:
        self.page.locator(".lm-MenuBar-item", has_text=re.compile(f"^{name}$")).click()
        self.page.locator(".lm-Menu-item:visible", has_text=re.compile(f"^{re.escape(entry)}")).first.click()

    def wait_for_notebook(self, name: str) -> None:
        """The tab of this notebook is the one in front, and its kernel is ready."""
        front = self.page.locator(".jp-NotebookPanel:visible, .lm-DockPanel-tabBar .lm-mod-current")
        expect(front.filter(has_text=name).first).to_be_visible(timeout=SECONDS)
        self._wait_for_kernel()

    def run_all(self) -> None:
        """Run every cell, whether or not some of them stop with an error; done when the last one has a number."""
        self.menu("Run", "Run All Cells")
        try:
            self.page.wait_for_function(
                """() => {
                    const panel = document.querySelector('.jp-NotebookPanel:not(.lm-mod-hidden)');
                    const prompts = [...panel.querySelectorAll('.jp-CodeCell .jp-InputPrompt')].map(p => p.textContent);
                    const asked = prompts.filter(p => p.trim());  // a cell whose code is folded shows no number
                    const failed = panel.querySelector('.jp-RenderedText[data-mime-type*="stderr"]');
                    return asked.length && !asked.some(p => p.includes('*')) && (failed || /[0-9]/.test(asked.at(-1)));
                }""",
                timeout=SECONDS,
            )
        except TimeoutError as error:
            raise AssertionError(
                f"Not every cell was run. The page shows:\n{self.page.locator('body').inner_text()}"
            ) from error
        self.wait_until_idle()

    def cell(self, words: str, kind: str = ".jp-Cell") -> Locator:
        """The first cell of the open notebook whose text holds these words, scrolled into view; kind is a CSS class."""
        self.to_top()
        notebook = self.page.locator(".jp-NotebookPanel:visible .jp-Notebook")
        cell = notebook.locator(kind, has_text=words).first
        for _ in range(120):  # cells far away are not in the page until one scrolls there
            if cell.count():
                break
            self.page.locator(".jp-NotebookPanel:visible .jp-WindowedPanel-outer").evaluate("e => e.scrollBy(0, 400)")
            self.page.evaluate("() => new Promise(requestAnimationFrame)")
        cell.scroll_into_view_if_needed(timeout=SECONDS)
        return cell

    def ask(self, call: str) -> str:
        """Run the ready cell with this call, such as check("tiers-leave"), and give back what it answers."""
        cell = self.cell(call, ".jp-CodeCell")
        cell.locator(".cm-content").click()
        cell.locator(".jp-OutputArea-output").evaluate_all("old => old.forEach(node => node.remove())")
        self.page.keyboard.press("Shift+Enter")
        answer = cell.locator(".jp-OutputArea-output").first
        expect(answer).to_be_visible(timeout=SECONDS)
        return answer.inner_text()

    def to_top(self) -> None:
        self.page.locator(".jp-NotebookPanel:visible .jp-WindowedPanel-outer").evaluate("e => e.scrollTo(0, 0)")

    def write(self, cell: Locator, source: str) -> None:
        """Replace a code cell's text and run it with Shift+Enter."""
        cell.locator(".cm-content").first.click()
        self.page.keyboard.press("ControlOrMeta+A")
        self.page.keyboard.insert_text(source)
        self.page.keyboard.press("Shift+Enter")
        self.wait_until_idle()

    def run_below(self, cell: Locator, source: str) -> Locator:
        """Run this in a new cell below `cell`; its outputs, which may take a moment to come."""
        cell.locator(".cm-content").first.click()
        for key in ("Escape", "b", "Enter"):
            self.page.keyboard.press(key)
        self.page.keyboard.insert_text(source)
        self.page.keyboard.press("Control+Enter")  # stays on this cell
        return self.page.locator(".jp-NotebookPanel:visible .jp-Cell.jp-mod-active .jp-OutputArea-output")

    def wait_for_widgets(self) -> None:
        """Every live picture and quick question is drawn; that comes after the kernel is idle."""
        undrawn = "[data-mime-type='application/vnd.jupyter.widget-view+json']:not(:has(.jupyter-widgets))"
        expect(self.page.locator(f".jp-NotebookPanel:visible {undrawn}")).to_have_count(0, timeout=SECONDS)

    def set(self, plugin: str, **values: str) -> None:
        """This and nothing else in the user's settings of a plugin of JupyterLab, from the next page on."""
        address = f"{self.base}/lab/api/settings/{plugin}"
        answer = self.page.request.put(address, headers=self._headers, data={"raw": json.dumps(values)})
        assert answer.ok, f"JupyterLab did not take the setting: {answer.status} {answer.text()}"

    @contextmanager
    def dark(self) -> Iterator[None]:
        """With the dark theme, as a person chooses it."""
        self._choose_theme("JupyterLab Dark")
        yield
        self._choose_theme("JupyterLab Light")

    def _choose_theme(self, name: str) -> None:
        self.menu("Settings", "Theme")
        self.page.locator(".lm-Menu-item:visible", has_text=re.compile(f"^{name}")).first.click()
        expect(self.page.locator("body")).to_have_attribute("data-jp-theme-name", name, timeout=SECONDS)
        expect(self.page.locator("#jupyterlab-splash")).to_have_count(0, timeout=SECONDS)

    def zoom_to_double(self) -> None:
        """The same screen at 200%: half as many points across, each drawn with two; the file list is put away."""
        if self.page.locator("#jp-left-stack").is_visible():
            self.page.keyboard.press("ControlOrMeta+B")
        expect(self.page.locator("#jp-left-stack")).to_be_hidden()
        wide = self.page.viewport_size or {"width": 1280, "height": 1000}
        half = {"width": wide["width"] // 2, "height": wide["height"] // 2}
        with_two = {**half, "deviceScaleFactor": 2, "mobile": False}
        self.page.context.new_cdp_session(self.page).send("Emulation.setDeviceMetricsOverride", with_two)
        self.page.wait_for_function(
            """width => {
                const panel = document.querySelector('.jp-NotebookPanel:not(.lm-mod-hidden)').getBoundingClientRect();
                return innerWidth === width && panel.right <= width + 1;
            }""",
            arg=half["width"],
        )

    def screenshot(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=str(path))

    def shut_down_kernels(self) -> None:
        api = self.page.request
        for session in api.get(f"{self.base}/api/sessions", headers=self._headers).json():
            api.delete(f"{self.base}/api/sessions/{session['id']}", headers=self._headers)
