"""How long from a move of a slider to the new picture, in JupyterLab in headless Chromium?

    python benchmarks/live.py [moves] [--lessons]

For the live picture of each unit, in a notebook of its own: 30 moves with the arrow keys on its first slider, median and
95th percentile in milliseconds from the key to the new picture in the page; beside it, in the same notebook, a plain
`interact` that draws 42 bars anew. --lessons measures inside the lessons instead, with all their figures on the page.
The load of the machine is printed too, for a busy machine doubles every figure. Needs Debian's chromium.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
from pathlib import Path
from typing import Any

import nbformat
from playwright.sync_api import sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "support"))
from lab import CHROMIUM, FLAGS, Lab, copy_of_course, running_lab

PICTURES = {
    "0-start": ("sources", "date_explorer"),
    "1-law": ("law", "case_builder"),
    "2-hukou": ("hukou", "reform_scenarios"),
    "3-tiers": ("tiers", "watch_list_clock_live"),
    "4-one-child": ("population", "moving_pyramid"),
    "5-enforcement": ("enforcement", "overlap_explorer"),
    "6-remedy": ("remedy", "remedy_chain"),
    "7-brief": ("brief", "run_explorer"),
}
INTERACT = """%matplotlib inline
import ipywidgets, matplotlib.pyplot as plt
def draw(years):
    plt.bar(range(42), [(7 * n + years) % 42 for n in range(42)])
    plt.show()
ipywidgets.interact(draw, years=(0, 20));"""

# Puts the milliseconds of each move into window.moves: from the key (or choice) to a picture (svg or img) put into the page.
WATCH = """output => {
    window.moves = [];
    let start = null;
    const holds = node => node.nodeType === 1 && (node.matches('svg,img') || node.querySelector('svg,img'));
    for (const kind of ['keydown', 'input']) document.addEventListener(kind, () => { start = performance.now(); }, true);
    new MutationObserver(records => {
        if (start !== null && records.some(r => [...r.addedNodes].some(holds))) {
            window.moves.push(performance.now() - start);
            start = null;
        }
    }).observe(output, {childList: true, subtree: true});
}"""
TO_WARM_UP, MS_BETWEEN_MOVES = 3, 60


def notebook_of(module: str, name: str) -> Any:
    """One cell for the live picture, one for the plain interact."""
    sources = [f"from tipcourse.widgets.{module} import {name}\n{name}()", INTERACT]
    nb = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in sources])
    nb.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return nb


def moves_of(lab: Lab, word: str, moves: int) -> list[float]:
    """Milliseconds of each move of the first slider in the cell that holds this word.

    In unit 1 a year more or less often changes no verdict, so there the means are chosen to and fro.
    """
    output = (
        lab.cell(word, ".jp-CodeCell")
        .locator(".jp-OutputArea-output", has=lab.page.locator(".widget-inline-hbox"))
        .first
    )
    by_list = word == "case_builder("
    control = output.locator("select").nth(2) if by_list else output.locator(".noUi-handle").first
    control.focus(timeout=30_000)
    output.evaluate(WATCH)
    for move in range(moves + TO_WARM_UP):
        if by_list:
            control.select_option(index=move % 2)
        else:
            lab.page.keyboard.press("ArrowRight" if move % 2 else "ArrowLeft")
        lab.page.wait_for_function(f"window.moves.length > {move}", polling=MS_BETWEEN_MOVES)
        lab.page.wait_for_timeout(MS_BETWEEN_MOVES)
    times: list[float] = lab.page.evaluate("window.moves")
    return times[TO_WARM_UP:]


def run(moves: int = 30, lessons: bool = False) -> dict[str, list[list[float]]]:
    """Start JupyterLab and Chromium, measure, close both. Unit -> moves of its picture, moves of the plain interact."""
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        course = copy_of_course(Path(folder))
        for unit, (module, name) in PICTURES.items():
            nbformat.write(notebook_of(module, name), course / "course" / f"live-{unit}.ipynb")
        with running_lab(course, Path(folder) / "home") as address, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
            for unit, (_, name) in PICTURES.items():
                lab = Lab(browser.new_context(viewport={"width": 1280, "height": 1000}).new_page(), address, course)
                lab.open(f"course/{unit}.ipynb" if lessons else f"course/live-{unit}.ipynb")
                lab.run_all()
                found[unit] = [
                    moves_of(lab, word, moves)
                    for word in ([f"{name}("] if lessons else [f"{name}(", "ipywidgets.interact"])
                ]
                lab.page.context.close()
            browser.close()
    return found


def main() -> None:
    words = [word for word in sys.argv[1:] if word != "--lessons"]
    before = os.getloadavg()[0]
    found = run(int(words[0]) if words else 30, "--lessons" in sys.argv)
    print(f"load before {before:.1f}, after {os.getloadavg()[0]:.1f}, on {os.cpu_count()} processors")
    print(f"{'median / 95th percentile, ms':32}{'live picture':>16}{'plain interact':>18}")
    for unit, each in found.items():
        told = [f"{statistics.median(times):.1f} / {statistics.quantiles(times, n=20)[-1]:.1f}" for times in each]
        print(f"{unit:32}{told[0]:>16}{''.join(told[1:]):>18}")


if __name__ == "__main__":
    main()
