"""A learner in a real browser: open, read, run, move, answer, be told; and nothing leaves the machine."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from lab import Lab
from playwright.sync_api import expect

RIGHT = """def must_leave(first_year):
    year = first_year
    while year - first_year < (4 if year < 2019 else 3):
        year = year + 1
    return year"""
NO_WAIVERS = """def must_leave(first_year):
    return first_year + 2"""


def test_from_the_printed_address_to_a_right_and_a_wrong_answer(lab: Lab) -> None:
    """Start page, unit 3, its live picture, its assignment, two answers, own progress: one way, as a person goes it."""
    page = lab.page
    hosts: set[str | None] = set()
    page.on("request", lambda request: hosts.add(urlsplit(request.url).hostname))
    page.on("websocket", lambda socket: hosts.add(urlsplit(socket.url).hostname))

    lab.open_printed_address()
    expect(page.get_by_role("heading", level=1).first).to_be_visible()
    assert "0-start" in page.url

    lab.cell("Map of the course").get_by_role("link", name="3 The U.S. tier system").click()
    lab.wait_for_notebook("3-tiers.ipynb")
    lab.run_all()
    assert page.locator(".jp-NotebookPanel:visible .jp-RenderedText[data-mime-type*=stderr]").count() == 0

    clock = lab.cell("watch_list_clock_live(", ".jp-CodeCell").locator(".jp-OutputArea-output")
    picture = clock.get_by_role("img").first
    expect(picture).to_have_attribute("aria-label", re.compile("Report of 2017"))
    clock.locator(".noUi-handle").first.focus()
    page.keyboard.press("ArrowLeft")
    expect(picture).to_have_attribute("aria-label", re.compile("Report of 2016"))

    lab.cell("The assignment asks").get_by_role("link", name="Open it here").click()
    lab.wait_for_notebook("3-tiers.ipynb")
    expect(page.get_by_role("heading", name="3 The U.S. tier system: assignment")).to_be_visible()
    lab.run_all()
    lab.write(lab.cell("def must_leave", ".jp-CodeCell"), RIGHT)
    assert "✓ Right: The dated clock" in lab.ask('check("tiers-leave")')
    lab.write(lab.cell("def must_leave", ".jp-CodeCell"), NO_WAIVERS)
    told = lab.ask('check("tiers-leave")')
    assert "✗ Not yet: The dated clock" in told and "That is the limit without a waiver." in told
    assert "○ Not answered yet: The longest stay" in lab.ask('check("tiers-longest")')

    lab.open("course/0-start.ipynb")
    lab.run_all()
    row = lab.cell("progress()", ".jp-CodeCell").get_by_role("row", name="3 The U.S. tier system")
    expect(row).to_contain_text("3 of ")
    assert hosts - {None, ""} == {urlsplit(lab.address).hostname}, "a request left this machine"
