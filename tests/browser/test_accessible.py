"""What the cells of every lesson put on the page: for the keyboard, the ear, a dark screen and one zoomed to 200%."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from lab import ROOT, SECONDS, Lab
from playwright.sync_api import Page, expect

LESSONS = sorted(path.stem for path in (ROOT / "course").glob("?-*.ipynb"))
KNOWN = {  # rule of axe -> words of the element it is known for; neither is made here, and each says its piece elsewhere
    "aria-input-field-name": "noUi-handle",  # ipywidgets gives the handle of a slider no name; its label stands beside it
    "empty-table-header": "<th></th>",  # pandas leaves the cell over the index empty
}
OUTPUTS = "[...document.querySelectorAll('.jp-NotebookPanel:not(.lm-mod-hidden) .jp-OutputArea-output')]"
NAMELESS_PICTURES = f"""() => {OUTPUTS}.flatMap(output => [...output.querySelectorAll('img, svg, canvas')])
    .filter(p => !p.closest('[aria-hidden=true]'))
    .filter(p => !(p.alt ?? p.closest('[role=img]')?.getAttribute('aria-label') ?? '').trim())
    .map(p => p.outerHTML.slice(0, 160))"""
UNLABELLED_CONTROLS = f"""() => {OUTPUTS}
    .flatMap(o => [...o.querySelectorAll('.jupyter-widgets :is(input, select, textarea, button, [role=slider])')])
    .filter(control => {{
        const widget = control.closest('.jupyter-widgets:not(.widget-container)');
        const words = control.closest('button, label') ?? widget?.querySelector('.widget-label');
        return !words?.innerText.trim() || !words.checkVisibility();
    }}).map(control => control.outerHTML.slice(0, 160))"""
# Wider than its output, or cut by its own box. A table may be wide: then its box scrolls. A slider's parts are drawn.
CUT_OFF = f"""() => {OUTPUTS}.flatMap(output => {{
    const right = output.getBoundingClientRect().right + 1;
    return [output, ...output.querySelectorAll('*:not(svg *, table, table *, .noUi-target *)')].filter(e => {{
        const box = e.getBoundingClientRect();
        const cuts = getComputedStyle(e).overflowX !== 'visible' && !e.matches('svg, input, select, textarea');
        const cut = cuts && !e.querySelector('table') && e.scrollWidth > e.clientWidth + 1;
        return box.width > 1 && (box.right > right || cut);
    }}).map(e => e.outerHTML.slice(0, 160));
}})"""


@pytest.fixture
def whole(lab: Lab) -> Iterator[Lab]:
    """A JupyterLab that keeps every cell of a notebook in the page, also those far below."""
    lab.set("@jupyterlab/notebook-extension:tracker", windowingMode="none")
    yield lab
    lab.set("@jupyterlab/notebook-extension:tracker")


def violations(page: Page) -> list[str]:
    """What axe finds in the outputs, each place, without the known ones."""
    found = Axe().run(page, ".jp-OutputArea-output").response["violations"]
    places = [(rule["id"], node["html"]) for rule in found for node in rule["nodes"]]
    return [f"{rule}: {words[:160]}" for rule, words in places if rule not in KNOWN or KNOWN[rule] not in words]


@pytest.mark.parametrize("lesson", LESSONS)
def test_the_outputs_of_a_lesson_are_for_every_reader(whole: Lab, lesson: str) -> None:
    page = whole.page
    whole.open(f"course/{lesson}.ipynb")
    whole.run_all()
    whole.wait_for_widgets()
    assert page.locator(".jp-RenderedText[data-mime-type*=stderr]").count() == 0
    page.evaluate(f"() => {OUTPUTS}.forEach(o => o.querySelectorAll('details').forEach(d => d.open = true))")
    for button in page.get_by_role("button", name="Check my answer").all()[:1]:
        button.click()
        expect(page.get_by_text("Choose or write an answer first.")).to_be_visible(timeout=SECONDS)

    found = {
        "axe, light": violations(page),
        "pictures without words": page.evaluate(NAMELESS_PICTURES),
        "controls without a label": page.evaluate(UNLABELLED_CONTROLS),
        "cut off": page.evaluate(CUT_OFF),
    }
    with whole.dark():
        found["axe, dark"] = violations(page)
    whole.zoom_to_double()
    found["cut off at 200%"] = page.evaluate(CUT_OFF)
    assert {what: where for what, where in found.items() if where} == {}
