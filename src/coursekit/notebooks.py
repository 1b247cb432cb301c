"""Notebooks from text, and back.

A manuscript (MyST Markdown) becomes a notebook whose bytes depend on nothing but the text: cell ids come from
grade_id or from a hash, metadata from the manuscript only. A stamp says where it came from and what its cells were, so
that an edit by hand is seen before it would be lost.
"""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path
from typing import Any

import nbformat
import yaml
from nbformat import NotebookNode

from coursekit.errors import BadManuscript, counted

KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
STAMP = "coursekit"
MISTAKE = re.compile(r"""(["'])@([a-z0-9][a-z0-9-]*)\1""")
RUBRIC_SUFFIX = "-rubric"
GOES_ON = "raises-exception"  # Jupyter's own word for a cell that may stop with an error
CHECK_TAG = "check"  # a ready line after a question's checks, by which a learner asks how the answer stands


def cells_hash(nb: NotebookNode) -> str:
    """sha256 of what an author writes: types, sources and nbgrader metadata; outputs and counts do not matter."""
    told = [[c.cell_type, c.source, c.metadata.get("nbgrader", {})] for c in nb.cells]
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def is_edited(nb: NotebookNode) -> bool:
    """True when a built notebook no longer has the cells that it was built with."""
    stamp = nb.metadata.get(STAMP, {})
    return "cells_sha256" in stamp and stamp["cells_sha256"] != cells_hash(nb)


def dump(nb: NotebookNode) -> bytes:
    """The notebook as it is stored: sorted keys, one space of indent, a newline at the end."""
    return (nbformat.writes(nb, version=4) + "\n").encode()


def load(path: Path) -> NotebookNode:
    """A notebook file that we made or a learner saved; BadManuscript when it is not a notebook."""
    try:
        return nbformat.read(path, as_version=4)
    except Exception as error:
        raise BadManuscript(f"{path} is not a notebook that can be read ({error}). Restore the file first.") from error


def read_exercises(path: Path) -> dict[str, dict[str, Any]]:
    """exercises.yaml by grade_id; empty where there is no such file."""
    if not path.is_file():
        return {}
    try:
        return dict(yaml.safe_load(path.read_text(encoding="utf-8")) or {})
    except yaml.YAMLError as error:
        raise BadManuscript(f"{path} is not valid YAML: {error}. Mend the line that it names.") from error


def mistakes(exercises: dict[str, dict[str, Any]], grade_id: str) -> dict[str, str]:
    """Messages of the known mistakes of one question, by name."""
    return {m["name"]: " ".join(m["message"].split()) for m in exercises.get(grade_id, {}).get("known_wrong", [])}


def _fill_messages(cell: NotebookNode, exercises: dict[str, dict[str, Any]]) -> None:
    """Put the messages of known mistakes where a check cell says "@name"."""
    grade_id = cell.metadata.get("nbgrader", {}).get("grade_id", "")
    known = mistakes(exercises, grade_id.removesuffix("-check"))
    for other in exercises:  # a question with several check cells: tiers-clock-check, tiers-clock-check-2
        if grade_id.startswith(f"{other}-check"):
            known = mistakes(exercises, other)

    def message(match: re.Match[str]) -> str:
        name = match.group(2)
        if name not in known:
            raise BadManuscript(f"Check cell '{grade_id}' names the mistake '@{name}', which exercises.yaml lacks.")
        return json.dumps(known[name], ensure_ascii=False)

    cell.source = MISTAKE.sub(message, cell.source)


def _unfill_messages(cell: NotebookNode, exercises: dict[str, dict[str, Any]]) -> None:
    for grade_id in exercises:
        for name, message in mistakes(exercises, grade_id).items():
            cell.source = cell.source.replace(json.dumps(message, ensure_ascii=False), f'"@{name}"')


def rubric_markdown(rubric: dict[str, Any]) -> str:
    """A rubric as a Markdown table, one row per criterion and level."""
    for criterion in rubric["criteria"]:
        for level in criterion["levels"]:
            if set(level) != {"points", "text"}:  # YAML cuts an unquoted text at its first comma, without a word
                raise BadManuscript(
                    f"A level of '{criterion['name']}' has {', '.join(map(str, level))}; expected points and text. "
                    "Put the text between quotation marks."
                )
    rows = [
        f"| {criterion['name']} | {level['points']} | {level['text']} |"
        for criterion in rubric["criteria"]
        for level in criterion["levels"]
    ]
    return "\n".join(["| criterion | points | what it looks like |", "|---|---|---|", *rows])


def _rubric_cell(grade_id: str, rubric: dict[str, Any]) -> NotebookNode:
    """A locked cell after a written answer: students see what counts, markers the rubric (nbgrader's mark scheme)."""
    table = rubric_markdown(rubric)
    best = [(each["name"], max(level["points"] for level in each["levels"])) for each in rubric["criteria"]]
    counts = "; ".join(f"{name}, {counted(points, 'point')}" for name, points in best)
    source = (
        f"*What counts: {counts}. The rubric stands here while the answer is marked.*\n\n"
        f"### BEGIN MARK SCHEME\n\n{table}\n\n### END MARK SCHEME"
    )
    meta = {"schema_version": 3, "grade": False, "grade_id": grade_id + RUBRIC_SUFFIX, "locked": True}
    cell = nbformat.v4.new_markdown_cell(source)
    cell.metadata["nbgrader"] = meta | {"solution": False, "task": False}
    return cell


def _add_rubrics(nb: NotebookNode, exercises: dict[str, dict[str, Any]]) -> None:
    cells = []
    for cell in nb.cells:
        cells.append(cell)
        grade_id = cell.metadata.get("nbgrader", {}).get("grade_id", "")
        rubric = exercises.get(grade_id, {}).get("rubric")
        if rubric:
            cell.metadata["rubric"] = rubric
            cells.append(_rubric_cell(grade_id, rubric))
    nb.cells = cells


def _add_check_lines(nb: NotebookNode, exercises: dict[str, dict[str, Any]]) -> None:
    """After each question's last check cell a cell with `check("name")`, where the notebook imports check."""
    if not any("coursekit.student import check" in c.source for c in nb.cells):
        return
    for grade_id in exercises:
        places = [
            number
            for number, cell in enumerate(nb.cells, start=1)
            if cell.cell_type == "code"
            and str(cell.metadata.get("nbgrader", {}).get("grade_id", "")).startswith(f"{grade_id}-check")
        ]
        if places:
            line = nbformat.v4.new_code_cell(f'check("{grade_id}")')
            line.metadata["tags"] = [CHECK_TAG]
            nb.cells.insert(places[-1], line)


def _set_ids(nb: NotebookNode) -> None:
    """Ids that are the same at every build: grade_id, else a hash of the cell and how often it came before."""
    seen: dict[str, int] = {}
    for cell in nb.cells:
        wanted = cell.metadata.get("nbgrader", {}).get("grade_id", "")
        if not re.fullmatch(r"[a-zA-Z0-9_-]{1,64}", wanted):
            wanted = hashlib.sha256(f"{cell.cell_type}\n{cell.source}".encode()).hexdigest()[:12]
        seen[wanted] = seen.get(wanted, 0) + 1
        cell["id"] = wanted if seen[wanted] == 1 else f"{wanted}-{seen[wanted]}"


def build_notebook(text: str, made_from: str, exercises: dict[str, dict[str, Any]] | None = None) -> NotebookNode:
    """The notebook of a manuscript.

    text       MyST Markdown
    made_from  the manuscript's path inside the course, kept in the stamp
    exercises  what exercises.yaml says, for an assignment
    raises     BadManuscript when a check names a mistake that exercises.yaml does not have
    """
    import jupytext

    nb = jupytext.reads(text, fmt="md:myst")
    nb.metadata = NotebookNode(kernelspec=dict(KERNEL), language_info={"name": "python"})
    nb.nbformat, nb.nbformat_minor = 4, 5
    for cell in nb.cells:
        if cell.cell_type == "code" and exercises:
            _fill_messages(cell, exercises)
        if "quick" in cell.metadata.get("tags", []):  # its text holds the replies: folded away until one looks for it
            cell.metadata["jupyter"] = {"source_hidden": True}
        marks = cell.metadata.get("nbgrader", {})
        if cell.cell_type == "code" and (marks.get("solution") or marks.get("grade")):
            tags = [tag for tag in cell.metadata.get("tags", []) if tag != GOES_ON]
            cell.metadata["tags"] = [*tags, GOES_ON]  # a wrong answer does not keep Run All from the questions after it
    if exercises:
        _add_rubrics(nb, exercises)
        _add_check_lines(nb, exercises)
    _set_ids(nb)
    nb.metadata[STAMP] = {"made_from": made_from, "cells_sha256": cells_hash(nb)}
    return nb


def manuscript_of(nb: NotebookNode, exercises: dict[str, dict[str, Any]] | None = None) -> str:
    """The manuscript text of a notebook: what build_notebook would make it from."""
    import jupytext

    copy = nbformat.from_dict(json.loads(json.dumps(nb)))
    copy.metadata = NotebookNode(jupytext={"notebook_metadata_filter": "-all"})
    copy.cells = [
        c
        for c in copy.cells
        if not c.metadata.get("nbgrader", {}).get("grade_id", "").endswith(RUBRIC_SUFFIX)
        and CHECK_TAG not in c.metadata.get("tags", [])
    ]
    for cell in copy.cells:
        cell.metadata["tags"] = [tag for tag in cell.metadata.get("tags", []) if tag != GOES_ON]
        kept = {k: v for k, v in cell.metadata.items() if k in ("nbgrader", "tags") and v}
        cell.metadata = NotebookNode({k: {n: w for n, w in v.items() if n != "checksum"} if k == "nbgrader" else v
                                      for k, v in kept.items()})  # fmt: skip
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
            _unfill_messages(cell, exercises or {})
    return str(jupytext.writes(copy, fmt="md:myst"))
