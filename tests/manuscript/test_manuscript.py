"""Every lesson and every key runs top to bottom without a warning, keeps to the house's limits, and quotes exactly."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import nbformat
import pytest
import yaml
from nbclient import NotebookClient
from nbformat import NotebookNode

from coursekit import notebooks
from coursekit.quick import read_question
from tipcourse import sources

ROOT = Path(__file__).resolve().parents[2]
LESSONS = sorted(p.stem for p in (ROOT / "manuscript" / "lessons").glob("*.md"))
UNITS = sorted(p.parent.name for p in (ROOT / "manuscript" / "assignments").glob("*/*.md") if p.stem == p.parent.name)
SECTIONS = ["Question", "Source", "Evidence", "Model", "Try it", "Back to the source",
            "What China's government says, and who disagrees", "What would change my mind", "Summary"]  # fmt: skip
SECONDS_PER_NOTEBOOK = 60


@cache
def lesson(name: str) -> NotebookNode:
    text = (ROOT / "manuscript" / "lessons" / f"{name}.md").read_text(encoding="utf-8")
    return notebooks.build_notebook(text, f"manuscript/lessons/{name}.md")


@cache
def key(unit: str) -> NotebookNode:
    folder = ROOT / "manuscript" / "assignments" / unit
    exercises = notebooks.read_exercises(folder / "exercises.yaml")
    return notebooks.build_notebook((folder / f"{unit}.md").read_text(encoding="utf-8"), "key", exercises)


def run(nb: NotebookNode, folder: Path) -> NotebookNode:
    """The notebook, run in a kernel of its own in which a warning is an error."""
    nb = nbformat.from_dict(nb)
    strict = nbformat.v4.new_code_cell("import warnings\nwarnings.simplefilter('error')")
    nb.cells.insert(0, strict)
    NotebookClient(
        nb, timeout=SECONDS_PER_NOTEBOOK, kernel_name="python3", resources={"metadata": {"path": str(folder)}}
    ).execute()
    return nb


def outputs_of(nb: NotebookNode) -> list[NotebookNode]:
    """Everything that the notebook showed; no cell, also none that may go on after one, stopped with an error."""
    outputs = [out for cell in nb.cells if cell.cell_type == "code" for out in cell.outputs]
    assert [out.evalue for out in outputs if out.output_type == "error"] == []
    return outputs


@pytest.mark.parametrize("name", LESSONS)
def test_lesson_runs_without_a_warning(name: str) -> None:
    outputs = outputs_of(run(lesson(name), ROOT / "manuscript" / "lessons"))
    assert [out.text for out in outputs if out.get("name") == "stderr"] == []
    pages = [out.data for out in outputs if "text/html" in out.get("data", {})]
    moving = [data["text/html"] for data in pages if "application/vnd.jupyter.widget-view+json" in data]
    shown = "".join(data["text/html"] for data in pages)
    # the still figure of a live picture stands in for it and is no figure of its own
    assert shown.count("<figure") - "".join(moving).count("<figure") >= 3
    pictures = re.findall(r"<img\b[^>]*>", shown)
    assert all(re.search(r'alt="[^"]{20,}"', picture) for picture in pictures)
    live = [page for page in moving if "<svg" in page]
    assert live
    assert all("The controls work in JupyterLab. Here they stand at: " in page for page in live)
    assert all("<figure" in page and "<table" in page for page in live)
    drawings = re.findall(r"<svg\b[^>]*>", shown)
    assert all('role="img"' in svg and re.search(r'aria-label="[^"]{20,}"', svg) for svg in drawings)


@pytest.mark.parametrize("unit", UNITS)
def test_key_runs_without_a_warning(unit: str, tmp_path: Path) -> None:
    outputs = outputs_of(run(key(unit), tmp_path))
    assert [out.text for out in outputs if out.get("name") == "stderr"] == []


@pytest.mark.parametrize("name", LESSONS)
def test_lesson_keeps_to_the_limits(name: str) -> None:
    nb = lesson(name)
    assert len(nb.cells) <= 40
    for cell in nb.cells:
        if cell.cell_type == "code" and "quick" not in cell.metadata.get("tags", []):
            assert len(cell.source.splitlines()) <= 12, cell.source
    prose = "\n".join(c.source for c in nb.cells if c.cell_type == "markdown")
    headings = re.findall(r"^## (.+)$", prose, flags=re.M)
    assert [h for h in headings if h in SECTIONS] == SECTIONS
    assert "content note" in prose.lower()
    assert "### Sources" in prose


@pytest.mark.parametrize("name", LESSONS)
def test_quick_questions_answer_the_objectives(name: str) -> None:
    cells = [c for c in lesson(name).cells if "quick" in c.metadata.get("tags", [])]
    questions = [read_question(re.search(r'"""(.*)"""', c.source, flags=re.S)[1]) for c in cells]
    assert 4 <= len(questions) <= 6
    assert all(q.objective for q in questions)
    assert len({q.id for q in questions}) == len(questions)


def blockquotes(prose: str) -> list[tuple[str, str]]:
    """(quoted words, attribution) of every Markdown blockquote that closes with '> - who'."""
    found = []
    for block in re.findall(r"(?:^>.*\n?)+", prose, flags=re.M):
        lines = [line.lstrip(">").strip() for line in block.strip().splitlines()]
        if lines[-1].startswith("- "):
            found.append(("\n".join(line for line in lines[:-1]).strip(), lines[-1][2:].strip()))
    return found


@pytest.mark.parametrize("place", [*(f"lessons/{n}.md" for n in LESSONS), *(f"assignments/{u}/{u}.md" for u in UNITS)])
def test_quotations_of_the_documents_are_exact(place: str) -> None:
    prose = (ROOT / "manuscript" / place).read_text(encoding="utf-8")
    for words, who in blockquotes(prose):
        for name in sources.names():
            if who.lower().startswith(name):
                for paragraph in filter(None, (p.strip() for p in words.split("\n\n"))):
                    # a blockquote may be wrapped over lines; the document's paragraphs are not
                    assert sources.quote(name, paragraph.replace("\n", " ")).document == name


@pytest.mark.parametrize("unit", UNITS)
def test_exercises_belong_to_cells(unit: str) -> None:
    exercises = yaml.safe_load(
        (ROOT / "manuscript" / "assignments" / unit / "exercises.yaml").read_text(encoding="utf-8")
    )
    ids = {c.metadata.nbgrader.grade_id for c in key(unit).cells if "nbgrader" in c.metadata}
    assert set(exercises) <= ids
