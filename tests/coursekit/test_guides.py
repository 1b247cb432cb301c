"""The guides say what is so: pages follow from the manuscript, links lead somewhere, commands exist."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from coursekit.cli import COMMANDS
from coursekit.course import find_course

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / ".github").rglob("*.md")])


def test_the_pages_of_the_units_follow_from_the_manuscript() -> None:
    done = subprocess.run(
        [sys.executable, ROOT / "tools" / "unit_guides.py", "--check"], capture_output=True, text=True
    )
    assert done.returncode == 0, f"{done.stdout}Run: python tools/unit_guides.py"
    assert {path.stem for path in (ROOT / "docs" / "units").glob("*.md")} == set(find_course(ROOT).units)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_link_leads_to_a_file(path: Path) -> None:
    text = re.sub(r"^(`{3,}).*?^\1", "", path.read_text(encoding="utf-8"), flags=re.S | re.M)
    found = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", text)
    missing = [address for address in found if "://" not in address and not (path.parent / address).exists()]
    assert missing == []


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_command_that_a_page_names_exists(path: Path) -> None:
    named = set(re.findall(r"(?:uv run |`)course ([a-z][a-z-]+)\b", path.read_text(encoding="utf-8")))
    assert named - set(COMMANDS) == set()


def test_the_guide_says_that_the_key_is_public() -> None:
    text = " ".join((ROOT / "docs" / "instructors.md").read_text(encoding="utf-8").split())
    assert "The answers to every exercise stand in this repository" in text
    assert "classes/" in (ROOT / ".gitignore").read_text(encoding="utf-8").split()
