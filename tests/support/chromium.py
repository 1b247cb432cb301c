"""Debian's Chromium for every test that needs a real browser."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip


@contextmanager
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


def needs_chromium(item: pytest.Item) -> None:
    """Mark a test as one of the browser; skipped, by name, where there is no Chromium."""
    item.add_marker(pytest.mark.browser)
    if CHROMIUM is None:
        item.add_marker(pytest.mark.skip(reason="no Chromium here: apt-get install chromium"))
