"""The web edition as its readers have it: whole, offline, readable by all, in the dark, in print, without script."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tipcourse import data

ROOT = Path(__file__).resolve().parents[2]
LESSONS = sorted(p.stem for p in (ROOT / "manuscript" / "lessons").glob("*.md"))
KINDS = ["index", "glossary", "timeline", "references", "data/index", "data/tier_history", "search", "guides/house"]
MOST_BYTES = 1_000_000  # of a page without its figures


def pages_of(site: Path) -> list[str]:
    return sorted(path.relative_to(site).as_posix() for path in site.rglob("*.html"))


def text_of(site: Path, page: str) -> str:
    return (site / page).read_text(encoding="utf-8")


def test_every_lesson_guide_and_table_has_its_page(site: Path) -> None:
    guides = [p.relative_to(ROOT / "docs").with_suffix(".html").as_posix() for p in (ROOT / "docs").rglob("*.md")]
    wanted = {f"lessons/{name}.html" for name in LESSONS} | {f"guides/{name}" for name in guides}
    wanted |= {f"data/{name}.html" for name in data.names()} | {f"{name}.html" for name in KINDS}
    assert wanted <= set(pages_of(site))


def test_no_page_weighs_more_than_a_megabyte(site: Path) -> None:
    assert {p: (site / p).stat().st_size for p in pages_of(site) if (site / p).stat().st_size > MOST_BYTES} == {}


def test_every_link_inside_the_site_leads_somewhere(site: Path) -> None:
    missing = set()
    for page in pages_of(site):
        for address in re.findall(r'(?:href|src)="([^"]+)"', text_of(site, page)):
            if re.match(r"[a-z]+:|//", address):
                continue
            path, _, anchor = address.split("?")[0].partition("#")
            target = (site / page).parent / path if path else site / page
            there = target.is_file()
            if there and anchor and target.suffix == ".html":
                there = f'id="{anchor}"' in target.read_text(encoding="utf-8")
            if not there:
                missing.add((page, address))
    assert missing == set()


@pytest.mark.parametrize("name", LESSONS)
def test_a_lesson_is_shown_as_it_comes_out(site: Path, name: str) -> None:
    page = text_of(site, f"lessons/{name}.html")
    assert page.count("<figure") >= 3
    assert page.count('aria-label="Quick question"') >= 4
    assert "The controls work in JupyterLab" in page
    assert "quick(&quot;" not in page  # its source holds the replies
    assert "data:image/png" not in page
    assert f"notebooks/course/{name}.ipynb" in page
    assert "widget-view" not in page
    notebook = json.loads((site / f"notebooks/course/{name}.ipynb").read_text(encoding="utf-8"))
    assert all(not cell.get("outputs") for cell in notebook["cells"])


def test_lessons_link_terms_to_the_glossary(site: Path) -> None:
    assert 'href="../glossary.html#hukou"' in text_of(site, "lessons/2-hukou.html")
    assert sum("../glossary.html#" in text_of(site, f"lessons/{name}.html") for name in LESSONS) >= 6


def test_the_glossary_holds_every_term_once(site: Path) -> None:
    anchors = re.findall(r'<dt id="([^"]+)"', text_of(site, "glossary.html"))
    assert len(anchors) == len(set(anchors)) == len(data.load("glossary"))


def test_nothing_of_the_keys_is_on_the_site(site: Path) -> None:
    for path in site.rglob("*.ipynb"):
        words = path.read_text(encoding="utf-8")
        assert "BEGIN SOLUTION" not in words
        assert "BEGIN HIDDEN TESTS" not in words


def violations(page: Page) -> list[str]:
    """What axe finds, rule by rule, with the first place."""
    found = Axe().run(page).response["violations"]
    return [f"{v['id']}: {v['nodes'][0]['html'][:200]}" for v in found]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_and_no_request_leaves(browser: Browser, address: str, site: Path, scheme: str) -> None:
    context = browser.new_context(color_scheme=scheme)
    asked: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    page = context.new_page()
    checked = (
        pages_of(site) if scheme == "light" else [f"{k}.html" for k in KINDS] + [f"lessons/{n}.html" for n in LESSONS]
    )
    found = {}
    for name in checked:
        page.goto(f"{address}/{name}")
        if told := violations(page):
            found[name] = told
    context.close()
    assert found == {}
    assert [url for url in asked if not url.startswith((address, "data:"))] == []


def test_a_page_can_be_read_without_script(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/lessons/3-tiers.html")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    reply = page.locator(".question details p").first
    expect(reply).to_be_hidden()
    page.locator(".question summary").first.click()
    expect(reply).to_be_visible()
    context.close()


@pytest.mark.parametrize("name", [*KINDS, *(f"lessons/{lesson}" for lesson in LESSONS)])
def test_a_page_fits_a_narrow_screen(browser: Browser, address: str, name: str) -> None:
    context = browser.new_context(viewport={"width": 320, "height": 640})  # 1280 pixels at 400%
    page = context.new_page()
    page.goto(f"{address}/{name}.html")
    assert page.evaluate("document.scrollingElement.scrollWidth") <= 320
    context.close()


def test_print_shows_the_text_and_what_is_folded(browser: Browser, address: str) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.emulate_media(media="print")
    page.goto(f"{address}/lessons/3-tiers.html")
    expect(page.locator(".sidebar-drawer")).to_be_hidden()
    expect(page.locator(".downloads").first).to_be_hidden()
    expect(page.locator(".question details p").first).to_be_visible()
    context.close()


def test_search_finds_a_lesson_and_a_table(browser: Browser, address: str) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{address}/search.html?q=waiver")
    results = page.locator("#search-results li a")
    expect(results.filter(has_text="The U.S. tier system").first).to_be_visible()
    expect(results.filter(has_text="Tiers of 21 governments").first).to_be_visible()
    context.close()
