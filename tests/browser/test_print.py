"""A lesson as JupyterLab prints it (File, Print): figures whole, the live picture standing still, no answers given away."""

from __future__ import annotations

from lab import SECONDS, Lab
from playwright.sync_api import expect

LESSON = "6-remedy"
A4 = 680  # CSS pixels between margins of 15 mm
BEYOND = """paper => [...document.querySelectorAll('figure, figure img, svg[role=img], .jp-OutputArea-output table')]
    .filter(e => e.checkVisibility() && e.getBoundingClientRect().right > paper + 1).map(e => e.outerHTML.slice(0, 160))"""


def test_a_printed_lesson_is_whole_and_nothing_leaves_the_machine(lab: Lab) -> None:
    lab.open(f"course/{LESSON}.ipynb")
    lab.run_all()
    with lab.page.expect_response(lambda answer: answer.request.method == "PUT" and LESSON in answer.url) as saved:
        lab.page.keyboard.press("ControlOrMeta+S")
    assert saved.value.ok

    paper = lab.page.context.new_page()
    asked: list[str] = []
    paper.on("request", lambda request: asked.append(request.url))
    paper.set_viewport_size({"width": A4, "height": 1000})
    paper.emulate_media(media="print")
    paper.goto(f"{lab.base}/nbconvert/html/course/{LESSON}.ipynb?download=false&token={lab.token}", timeout=SECONDS)
    expect(paper.get_by_text("The controls work in JupyterLab")).to_have_count(1)
    assert paper.locator("svg[role=img]").count() == 1
    assert paper.locator("figure img").count() >= 5
    assert paper.locator("figure img").evaluate_all("all => all.filter(p => !p.naturalWidth).length") == 0
    assert paper.evaluate(BEYOND, A4) == []
    assert paper.get_by_role("group", name="Quick question").count() >= 4
    expect(paper.get_by_text("because:")).to_have_count(0)  # the source of a question holds its replies
    assert [url for url in asked if not url.startswith((lab.base, "data:"))] == []
    assert paper.pdf(format="A4").startswith(b"%PDF")
    paper.close()
