"""A live picture of every unit, by keyboard alone: reached with Tab, moved with the arrows, and it says what changed."""

from __future__ import annotations

import runpy
from collections.abc import Iterator
from typing import Any

import nbformat
import pytest
from lab import ROOT, SECONDS, Lab
from playwright.sync_api import Locator, expect

PICTURES: dict[str, tuple[str, str]] = runpy.run_path(str(ROOT / "benchmarks" / "live.py"))["PICTURES"]
ANSWERS_TO = {"1-law": "Means"}  # elsewhere the first control; a year more or less often changes no verdict
# What the keyboard is on: its label, its kind, its value, and whether a ring shows that it is there.
FOCUS = """() => {
    const at = document.activeElement, widget = at.closest('.jupyter-widgets:not(.widget-container)');
    if (!at.closest('.course-live') || !widget || at.isContentEditable) return null;  // a slider's number can be typed too
    const look = getComputedStyle(at);
    return {label: widget.innerText.split('\\n')[0].trim(), kind: at.getAttribute('role') ?? at.type,
            value: at.getAttribute('aria-valuenow') ?? (at.type === 'checkbox' ? at.checked : at.value),
            shown: look.outlineStyle !== 'none' || look.boxShadow !== 'none'};
}"""
KEYS = {"checkbox": ("Space", "Space"), "slider": ("ArrowRight", "ArrowLeft"), "select-one": ("ArrowDown", "ArrowUp")}


@pytest.fixture
def page_of(lab: Lab) -> Iterator[Any]:
    """Open a notebook of this one cell and run it; gives what can be moved in it."""
    made = []

    def open_it(source: str) -> Locator:
        path = lab.course / "work" / "course" / "keys.ipynb"
        nb = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)])
        nb.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
        nbformat.write(nb, path)
        made.append(path)
        lab.open(f"course/{path.name}")
        lab.run_all()
        lab.wait_for_widgets()
        lab.page.locator(".jp-NotebookPanel:visible .cm-content").first.click()
        lab.page.keyboard.press("Escape")  # from writing to moving about
        return lab.page.locator(":is(.course-live, .course-quick):visible")

    yield open_it
    for path in made:
        path.unlink()


@pytest.mark.parametrize("unit", PICTURES)
def test_a_live_picture_is_reached_and_moved_without_a_mouse(lab: Lab, page_of: Any, unit: str) -> None:
    module, name = PICTURES[unit]
    live, keyboard = page_of(f"from tipcourse.widgets.{module} import {name}\n{name}()"), lab.page.keyboard
    told = live.locator(".widget-label, .widget-label-basic").all_inner_texts()
    labels = [words.strip() for words in told if words.strip("\u200b ")]  # a box to tick has an empty one too
    said = live.get_by_role("status")
    expect(said).to_have_attribute("aria-live", "polite")

    reached: list[str] = []
    for _ in range(80):
        keyboard.press("Tab")
        at = lab.page.evaluate(FOCUS)
        if at is None:
            continue
        if at["label"] in reached:
            break  # once around: no trap
        reached.append(at["label"])
        assert at["shown"], f"no ring shows that the keyboard is on '{at['label']}'"
        before = said.inner_text()
        there, back = KEYS[at["kind"]]
        keyboard.press(there)
        if lab.page.evaluate(FOCUS)["value"] == at["value"]:  # it stood at its end
            keyboard.press(back)
        assert lab.page.evaluate(FOCUS)["value"] != at["value"], f"no key moves '{at['label']}'"
        if at["label"] == ANSWERS_TO.get(unit, labels[0]):
            expect(said).not_to_have_text(before, timeout=SECONDS)
    assert reached == labels


QUESTION = """from coursekit.quick import quick
quick('''
id: q
question: Which way?
options:
  - {text: Down, because: Not down.}
  - {text: Up, right: true, because: Yes. Up.}
''')"""


def test_a_quick_question_is_answered_without_a_mouse(lab: Lab, page_of: Any) -> None:
    question, keyboard = page_of(QUESTION), lab.page.keyboard
    for _ in range(40):
        keyboard.press("Tab")
        if question.get_by_label("Down").evaluate("e => e === document.activeElement"):
            break
    keyboard.press("Space")
    keyboard.press("ArrowDown")
    expect(question.get_by_label("Up")).to_be_checked()
    keyboard.press("Tab")
    expect(question.get_by_role("button", name="Check my answer")).to_be_focused()
    keyboard.press("Space")
    expect(question.get_by_role("status")).to_contain_text("Yes. Up.", timeout=SECONDS)


def test_a_letter_typed_in_a_list_does_nothing_to_the_notebook(lab: Lab, page_of: Any) -> None:
    """JupyterLab takes D, D for 'delete this cell'; the settings that 'course lab' brings keep that from a list."""
    live = page_of("from tipcourse.widgets.sources import date_explorer\ndate_explorer()")
    live.locator("select").focus()
    for key in "bddm":
        lab.page.keyboard.press(key)
    expect(live.locator("select")).to_be_focused()
    expect(lab.page.locator(".jp-NotebookPanel:visible .jp-CodeCell")).to_have_count(1)
    expect(lab.page.locator(".jp-NotebookPanel:visible .jp-Cell")).to_have_count(1)
