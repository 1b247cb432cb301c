"""Pages of the web edition on paper: everything within the page's width, figures whole, nothing to click around them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

ROOT = Path(__file__).resolve().parents[2]
LESSONS = sorted(f"lessons/{path.stem}" for path in (ROOT / "manuscript" / "lessons").glob("*.md"))
PAGES = [*LESSONS, "index", "glossary", "timeline", "references", "data/tier_history", "guides/house"]
A4 = 680  # CSS pixels between margins of 15 mm
FOR_SCREENS = (
    ".sidebar-drawer, .toc-drawer, .mobile-header, .related-pages, .downloads, .skip-to-content, footer, .headerlink"
)
# What reaches beyond the paper or is cut by its own box, as far as it is printed.
CUT_OFF = """paper => [...document.querySelectorAll('article *:not(svg *)')].filter(e => {
    if (e.parentElement.getBoundingClientRect().right > paper + 1) return false;  // said of its parent already
    if (!e.checkVisibility({contentVisibilityAuto: true, visibilityProperty: true})) return false;
    const box = e.getBoundingClientRect(), look = getComputedStyle(e);
    const cuts = look.overflowX !== 'visible' && !e.matches('svg') && e.scrollWidth > e.clientWidth + 1;
    return box.width > 1 && (box.right > paper + 1 || cuts);
}).map(e => e.outerHTML.slice(0, 160))"""


@pytest.fixture
def paper(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": A4, "height": 1000}, color_scheme="dark")
    page = context.new_page()
    page.emulate_media(media="print")
    yield page
    context.close()


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_printed_whole_and_alone(paper: Page, address: str, name: str) -> None:
    paper.goto(f"{address}/{name}.html")
    assert paper.evaluate(CUT_OFF, A4) == []
    shown = [part.get_attribute("class") for part in paper.locator(FOR_SCREENS).all() if part.is_visible()]
    assert shown == []
    ink, page = paper.evaluate(
        "() => [getComputedStyle(document.body).color, getComputedStyle(document.body).backgroundColor]"
    )
    assert (ink, page) == ("rgb(0, 0, 0)", "rgb(255, 255, 255)")  # also for readers of the dark edition


@pytest.mark.parametrize("name", LESSONS)
def test_each_figure_and_the_live_picture_stand_on_paper(paper: Page, address: str, name: str) -> None:
    paper.goto(f"{address}/{name}.html")
    paper.pdf(format="A4")  # a browser fetches what it has put off when it prints
    pictures = paper.locator("article figure img")
    assert pictures.count() >= 3
    assert pictures.evaluate_all("all => all.filter(p => !p.complete || !p.naturalWidth).map(p => p.src)") == []
    expect(paper.get_by_text("The controls work in JupyterLab")).to_be_visible()
    assert paper.locator("article svg[role=img]").count() >= 1
    ink = paper.locator("article svg[role=img]").first.evaluate("e => getComputedStyle(e).color")
    assert ink == "rgb(0, 0, 0)"  # the lines of the picture follow the text: black on paper
