"""A learner in a real browser: open, read, run, answer, be told."""

from __future__ import annotations

from lab import Lab
from playwright.sync_api import expect


def test_the_printed_address_opens_the_start_page_and_it_runs(lab: Lab) -> None:
    lab.open_printed_address()
    expect(lab.page.get_by_role("heading", level=1).first).to_be_visible()
    assert "0-start" in lab.page.title() or "0-start" in lab.page.url
    lab.run_all()
    expect(lab.cell("Your progress")).to_be_visible()
