"""JupyterLab as a person uses it: open a notebook, run it, write into a cell, read what it answers."""

from __future__ import annotations

import re
import uuid
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Locator, Page, expect

SECONDS = 60_000


class Lab:
    """One browser page on a running JupyterLab."""

    def __init__(self, page: Page, address: str, course: Path) -> None:
        self.page, self.address, self.course = page, address, course
        parts = urlsplit(address)
        self.base = f"{parts.scheme}://{parts.netloc}"
        self.token = parse_qs(parts.query)["token"][0]

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
        self.wait_until_idle()

    def wait_until_idle(self) -> None:
        """The kernel has nothing left to do."""
        idle = self.page.locator(".jp-NotebookPanel:visible .jp-Notebook-ExecutionIndicator[data-status=idle]")
        expect(idle).to_be_attached(timeout=SECONDS)

    def menu(self, name: str, entry: str) -> None:
        self.page.locator(".lm-MenuBar-item", has_text=re.compile(f"^{name}$")).click()
        self.page.locator(".lm-Menu-item:visible", has_text=re.compile(f"^{re.escape(entry)}")).first.click()

    def run_all(self) -> None:
        """Run every cell; done when the last code cell has a number, or when some cell stopped with an error."""
        self.menu("Run", "Run All Cells")
        self.page.wait_for_function(
            """() => {
                const cells = document.querySelectorAll('.jp-NotebookPanel:not(.lm-mod-hidden) .jp-CodeCell');
                const asked = [...cells].map(c => c.querySelector('.jp-InputPrompt')?.textContent ?? '');
                const failed = document.querySelector('.jp-RenderedText[data-mime-type*="stderr"], .jp-mod-error');
                return !asked.some(p => p.includes('*')) && (failed || /[0-9]/.test(asked.at(-1)));
            }""",
            timeout=SECONDS,
        )
        self.wait_until_idle()

    def cell(self, words: str) -> Locator:
        """The cell of the open notebook whose text holds these words; scrolled into view."""
        notebook = self.page.locator(".jp-NotebookPanel:visible .jp-Notebook")
        cell = notebook.locator(".jp-Cell", has_text=words).first
        for _ in range(80):  # cells far away are not in the page until one scrolls there
            if cell.count():
                break
            self.page.locator(".jp-NotebookPanel:visible .jp-WindowedPanel-outer").evaluate("e => e.scrollBy(0, 400)")
            self.page.evaluate("() => new Promise(requestAnimationFrame)")
        cell.scroll_into_view_if_needed(timeout=SECONDS)
        return cell

    def to_top(self) -> None:
        self.page.locator(".jp-NotebookPanel:visible .jp-WindowedPanel-outer").evaluate("e => e.scrollTo(0, 0)")

    def write(self, cell: Locator, source: str) -> None:
        """Replace a code cell's text and run it with Shift+Enter."""
        cell.locator(".cm-content").first.click()
        self.page.keyboard.press("ControlOrMeta+A")
        self.page.keyboard.insert_text(source)
        self.page.keyboard.press("Shift+Enter")
        self.wait_until_idle()

    def screenshot(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=str(path))

    def shut_down_kernels(self) -> None:
        api = self.page.request
        headers = {"Authorization": f"token {self.token}"}
        for session in api.get(f"{self.base}/api/sessions", headers=headers).json():
            api.delete(f"{self.base}/api/sessions/{session['id']}", headers=headers)
