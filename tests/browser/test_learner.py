"""A learner in a real browser: open, read, run, move, answer, be told; and nothing leaves the machine."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urlsplit

from lab import ROOT, SECONDS, Lab, copy_of_course, running_lab
from playwright.sync_api import Browser, expect

from coursekit.course import find_course
from coursekit.exercises import questions_of

RIGHT = """def must_leave(first_year):
    year = first_year
    while year - first_year < (4 if year < 2019 else 3):
        year = year + 1
    return year"""
NO_WAIVERS = """def must_leave(first_year):
    return first_year + 2"""


CLICKS_MAX = 3
COUNT_CLICKS = (
    "addEventListener('click', event => { if (event.isTrusted) window.clicks = (window.clicks || 0) + 1; }, true)"
)


def test_a_first_cell_runs_in_three_clicks_or_fewer(browser: Browser, tmp_path: Path) -> None:
    """The first time: from the page that `course lab` opens, a click on a cell, a click on Run; nothing to click away."""
    with running_lab(copy_of_course(tmp_path), tmp_path / "home") as address:
        page = browser.new_page()
        page.add_init_script(COUNT_CLICKS)
        Lab(page, address, tmp_path).open_printed_address()
        first = page.locator(".jp-NotebookPanel:visible .jp-CodeCell").first
        expect(first.locator(".jp-InputPrompt")).not_to_have_text(re.compile("[0-9]"))
        first.locator(".cm-content").click()
        page.get_by_role("button", name="Run this cell and advance").click()
        expect(first.locator(".jp-InputPrompt")).to_have_text(re.compile(r"\[1\]"), timeout=SECONDS)
        assert page.locator(".jp-Dialog:visible, .Toastify__toast:visible").count() == 0
        assert 0 < page.evaluate("window.clicks") <= CLICKS_MAX
        page.close()


def test_check_without_a_name_answers_for_the_notebook_that_is_open(lab: Lab) -> None:
    lab.open("assignments/3-tiers/3-tiers.ipynb")
    lab.run_all()
    lab.write(lab.cell("def must_leave", ".jp-CodeCell"), RIGHT)
    told = lab.run_below(lab.cell('check("tiers-leave")', ".jp-CodeCell"), "check()")
    checked = [question for question in questions_of(find_course(ROOT), "3-tiers").values() if question.checks]
    expect(told).to_have_count(len(checked), timeout=SECONDS)
    for answer, question in zip(told.all(), checked, strict=True):
        state = "✓ Right" if question.grade_id == "tiers-leave" else "○ Not answered yet"
        expect(answer).to_contain_text(f"{state}: {question.title}")


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
