"""What every test may rely on."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import matplotlib
import pytest
from hypothesis import settings

# The same examples on every machine, and no time limit that a busy machine could miss.
settings.register_profile("course", derandomize=True, deadline=None)
settings.load_profile("course")

matplotlib.use("Agg")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.pop("UV", None)  # 'uv run pytest' sets it, and then every sentence would say 'uv run course'

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """One Chromium for all tests of a process: Playwright cannot be started twice in one."""
    from lab import CHROMIUM, FLAGS
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()
