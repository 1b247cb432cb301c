"""An instructor in a real browser: marking with the keyboard, and nbgrader's panels on the same class."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from lab import ROOT, SECONDS, Lab, running_lab
from marker import marking_page
from playwright.sync_api import Browser, Page, expect

from coursekit import classroom, notebooks, release
from coursekit.course import Course, find_course
from coursekit.gradebook import open_book
from coursekit.jobs import grade
from coursekit.marking_page import MarkingServer
from coursekit.report import class_report, feedback

UNIT = "3-tiers"
WRITTEN = {"ada": "A tier judges efforts. See 7107(b)(1)(C).", "bo": "Tier 3 is <b>bad</b>."}


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """A class of two with written answers, released and graded."""
    folder = tmp_path_factory.mktemp("instructor")
    roster = folder / "students.csv"
    roster.write_text("id,first_name,last_name\nada,Ada,Lovelace\nbo,Bo,Li\n", encoding="utf-8")
    made = classroom.new_class(find_course(ROOT), folder / "my class", roster, [UNIT], {}, False)
    (folder / "exchange").mkdir()
    (folder / "exchange").chmod(0o777)
    with (made.root / "nbgrader_config.py").open("a", encoding="utf-8") as config:
        config.write(f"c.Exchange.root = {str(folder / 'exchange')!r}\nc.Exchange.cache = {str(folder / 'cache')!r}\n")
    made = Course(made.root)
    release.release(made, UNIT)
    for student, text in WRITTEN.items():
        nb = notebooks.load(made.release / UNIT / f"{UNIT}.ipynb")
        for cell in nb.cells:
            if cell.metadata.get("nbgrader", {}).get("grade_id") in ("tiers-effort", "tiers-two-falls"):
                cell.source = text
        (made.submitted / student / UNIT).mkdir(parents=True)
        (made.submitted / student / UNIT / f"{UNIT}.ipynb").write_bytes(notebooks.dump(nb))
    assert grade(made, UNIT).exit_status == 0
    return made


@pytest.fixture
def server(graded: Course) -> Iterator[MarkingServer]:
    with marking_page(graded, UNIT) as server:
        yield server


@pytest.fixture
def page(browser: Browser, server: MarkingServer) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 1000})
    opened = context.new_page()
    opened.goto(server.address)
    yield opened
    context.close()


def mark_of(made: Course, student: str, question: str) -> tuple[float | None, str | None]:
    with open_book(made) as book:
        grade_cell = book.find_grade(question, UNIT, UNIT, student)
        return grade_cell.manual_score, book.find_comment(question, UNIT, UNIT, student).manual_comment


def test_marking_with_the_keyboard_alone(page: Page, graded: Course, server: MarkingServer, tmp_path: Path) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    said = page.get_by_role("status")
    expect(said).to_have_text("Not marked yet.", timeout=SECONDS)
    assert "Ada" not in page.content() and "token" not in page.url
    first = server.marking.answers()[0]
    expect(page.locator("#answer")).to_have_text(first.text)  # as text: a <b> stays what was typed
    for key in ("2", "2", "3"):
        page.keyboard.press(key)
    expect(said).to_have_text("Saved: 3 points of 3.", timeout=SECONDS)
    page.keyboard.press("Shift+Digit1")
    page.keyboard.press("c")
    page.keyboard.press("End")
    page.keyboard.type("\nWell read.")
    page.screenshot(path=str(tmp_path / "marking.png"), full_page=True)
    page.keyboard.press("Control+Enter")
    expect(page.locator("#place")).to_have_text("Answer 2 of 2", timeout=SECONDS)
    for key in ("1", "1", "1", "Enter", "1", "1", "Enter", "2", "2"):
        page.keyboard.press(key)
    expect(page.locator("#progress")).to_have_text("4 of 4 answers marked", timeout=SECONDS)
    page.keyboard.press("Enter")
    expect(said).to_contain_text("All answers are marked.", timeout=SECONDS)
    assert mark_of(graded, first.student, "tiers-effort") == (
        3.0,
        "Name the section of the law, so that a reader can look it up.\nWell read.",
    )
    assert classroom.status(graded)[0].to_mark == 0
    assert {url.split("?")[0] for url in asked if not url.startswith(server.address.split("/?")[0])} == set()


def test_every_control_has_a_name_and_can_be_reached(page: Page) -> None:
    expect(page.get_by_role("status")).not_to_be_empty(timeout=SECONDS)
    expect(page.get_by_role("combobox", name="Question")).to_be_visible()
    expect(page.get_by_role("textbox", name="Your words")).to_be_visible()
    assert page.locator("fieldset > legend").count() == 4  # three criteria and the comment, each with its legend
    assert page.evaluate(
        "[...document.querySelectorAll('input')].every(e => e.closest('label') && e.closest('fieldset').querySelector('legend'))"
    )
    reached = set()
    for _ in range(25):
        page.keyboard.press("Tab")
        reached.add(
            page.evaluate("document.activeElement.id || document.activeElement.name || document.activeElement.tagName")
        )
    assert {"question", "who", "criterion-0", "criterion-1", "criterion-2", "comment", "keep", "previous"} <= reached
    narrow = page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.set_viewport_size({"width": 640, "height": 800})  # 200% zoom of a 1280 screen
    assert narrow and page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_the_marking_page(browser: Browser, server: MarkingServer, scheme: str) -> None:
    context = browser.new_context(color_scheme=scheme)
    page = context.new_page()
    page.goto(server.address)
    expect(page.get_by_role("status")).not_to_be_empty(timeout=SECONDS)
    found = Axe().run(page).response["violations"]
    context.close()
    assert [f"{v['id']}: {v['nodes'][0]['html'][:200]}" for v in found] == []


@pytest.mark.parametrize("make", [feedback, class_report], ids=["feedback", "report"])
def test_axe_finds_nothing_on_the_pages_about_the_work(
    browser: Browser, graded: Course, make: Callable[[Course, str], list[Path]], tmp_path: Path
) -> None:
    page = browser.new_page(viewport={"width": 640, "height": 800})  # 200% zoom of a 1280 screen
    for path in (path for path in make(graded, UNIT) if path.suffix == ".html"):
        page.goto(path.as_uri())
        for hidden in page.locator("details").all():
            hidden.locator("summary").click()
        found = Axe().run(page).response["violations"]
        assert [f"{v['id']}: {v['nodes'][0]['html'][:200]}" for v in found] == []
        page.screenshot(path=str(tmp_path / f"{make.__name__}.png"), full_page=True)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
    page.close()


@pytest.fixture(scope="module")
def teaching(graded: Course, browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """The instructor's JupyterLab on the class."""
    with running_lab(graded.root, tmp_path_factory.mktemp("home"), "--teach") as address:
        context = browser.new_context(viewport={"width": 1280, "height": 1000})
        yield Lab(context.new_page(), address, graded.root)
        context.close()


def test_create_assignment_reads_the_cells_of_a_key(teaching: Lab, tmp_path: Path) -> None:
    teaching.open(f"solutions/{UNIT}/{UNIT}.ipynb")
    teaching.menu("Nbgrader", "Create assignment")
    panel = teaching.page.locator(".nbgrader-NotebookPanelWidget:visible").first
    expect(panel).to_be_visible(timeout=SECONDS)
    facts = [c.metadata["nbgrader"] for c in notebooks.load(teaching.course / f"solutions/{UNIT}/{UNIT}.ipynb").cells
             if "nbgrader" in c.metadata]  # fmt: skip
    expect(panel.locator(".nbgrader-TotalPointsInput")).to_have_value(
        f"{sum(f.get('points', 0) for f in facts):g}", timeout=SECONDS
    )
    named = panel.locator(".nbgrader-CellId input")
    names = named.evaluate_all("fields => fields.map(field => field.value).filter(Boolean)")  # others are plain cells
    assert names == [f["grade_id"] for f in facts]
    kinds = panel.locator(".nbgrader-CellType select").evaluate_all("all => all.map(e => e.value)")
    assert {"manual", "solution", "tests", "readonly"} <= set(kinds)
    teaching.screenshot(tmp_path / "create.png")


@pytest.mark.parametrize(
    ("folder", "says"),
    [("solutions", "Success! Your notebook passes all the tests."), ("assignments", "The following cell failed")],
    ids=["the key passes", "an untouched copy does not"],
)
def test_validate_runs_the_visible_checks(teaching: Lab, folder: str, says: str) -> None:
    teaching.open(f"{folder}/{UNIT}/{UNIT}.ipynb")
    page = teaching.page
    page.locator(".jp-NotebookPanel:visible").get_by_text("Validate", exact=True).click()
    dialog = page.locator(".jp-Dialog")
    expect(dialog).to_contain_text("Validation Results", timeout=2 * SECONDS)
    expect(dialog).to_contain_text(says, ignore_case=True)
    dialog.get_by_role("button").last.click()


def test_assignment_list_hands_out_and_takes_in(teaching: Lab, graded: Course) -> None:
    teaching.open(f"assignments/{UNIT}/{UNIT}.ipynb")
    teaching.menu("Nbgrader", "Assignment List")
    page = teaching.page
    released = page.locator("#released_assignments_list")
    expect(released.get_by_text(UNIT, exact=True)).to_be_visible(timeout=SECONDS)
    released.get_by_text("Fetch", exact=True).first.click()
    fetched = page.locator("#fetched_assignments_list")
    fetched.get_by_text("Submit", exact=True).first.click(timeout=SECONDS)
    expect(page.locator("#submitted_assignments_list").get_by_text(UNIT, exact=True).first).to_be_visible(
        timeout=SECONDS
    )
    assert [
        p.name.split("+")[1] for p in (Path(str(graded.config.Exchange.root)) / "my class" / "inbound").iterdir()
    ] == [UNIT]


def test_formgrader_shows_the_class(teaching: Lab) -> None:
    teaching.open(f"assignments/{UNIT}/{UNIT}.ipynb")
    teaching.menu("Nbgrader", "Formgrader")
    inside = teaching.page.frame_locator("iframe").first
    row = inside.get_by_role("row").filter(has_text=UNIT).first
    expect(row).to_be_visible(timeout=SECONDS)
    expect(row.get_by_role("link", name="2", exact=True)).to_be_visible()  # two submissions
    inside.get_by_role("link", name="Manual Grading").first.click()
    expect(inside.get_by_role("link", name=UNIT).first).to_be_visible(timeout=SECONDS)


def test_the_rubric_stands_beside_the_answer_in_formgrader(teaching: Lab, graded: Course, tmp_path: Path) -> None:
    with open_book(graded) as book:
        submission = book.find_submission_notebook(UNIT, UNIT, "ada").id
    page = teaching.page
    page.goto(
        f"{teaching.base}/formgrader/submissions/{submission}/?token={teaching.token}", wait_until="domcontentloaded"
    )
    rubric = page.locator("table", has_text="what it looks like").first
    expect(rubric).to_contain_text("Fact and its limits", timeout=SECONDS)
    expect(rubric).to_contain_text("and not the number of victims.")  # whole, not cut at a comma
    rubric.scroll_into_view_if_needed()
    expect(page.get_by_text(WRITTEN["ada"]).first).to_be_attached()
    page.screenshot(path=str(tmp_path / "formgrader.png"))
