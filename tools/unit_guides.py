"""Bring the second half of docs/units/*.md up to date: aims, quick questions, points, common mistakes, model answers.

    python tools/unit_guides.py [--check]

The first half, above the marked line, is written by hand. With --check nothing is written; exit status 1 when a page is stale.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parent.parent
MARK = "<!-- What follows is made by tools/unit_guides.py from the lesson and exercises.yaml. Edit it there. -->"
LEVELS = {"high": "Full marks", "middle": "In between", "low": "No marks"}
QUICK = re.compile(r'quick\("""\n(.*?)"""\)', re.S)
CONDENSED = """The first and the last answer are cut down to what earns points, or loses them. The one in between is written as students write.
Length alone earns nothing and costs nothing. A model answer of the length that is asked for stands in the key (`solutions/`)."""


def aims(unit: str) -> list[str]:
    """The objectives of the lesson: its first numbered list."""
    text = (ROOT / "manuscript" / "lessons" / f"{unit}.md").read_text(encoding="utf-8")
    items = re.search(r"you can\n\n((?:\d\. .*\n(?: {2,}.*\n)*)+)", text)
    if items is None:
        sys.exit(f"The lesson {unit} has no numbered list after 'you can'.")
    return ["## What students can do afterwards", "", items[1].strip(), ""]


def quick_questions(unit: str) -> list[str]:
    """Which aim each quick question of the lesson tests, and its answer."""
    text = (ROOT / "manuscript" / "lessons" / f"{unit}.md").read_text(encoding="utf-8")
    lines = ["## Quick questions in the lesson", "", "They are not graded. Every answer explains itself.", ""]
    lines += ["| aim | question | answer |", "|---|---|---|"]
    for entry in map(yaml.safe_load, QUICK.findall(text)):
        right = [option["text"] for option in entry.get("options", []) if option.get("right")]
        answer = right[0] if right else f"{entry['answer']} {entry.get('unit', '')}"
        lines.append(f"| {entry['objective']} | {words(entry['question'])} | {words(answer)} |")
    return [*lines, ""]


def assignment(unit: str, exercises: dict[str, dict[str, Any]]) -> list[str]:
    """The questions of the assignment with their points (from the built key), and who marks them."""
    key = json.loads((ROOT / "solutions" / unit / f"{unit}.ipynb").read_text(encoding="utf-8"))
    marks = [cell["metadata"].get("nbgrader", {}) for cell in key["cells"]]
    points: dict[str, int] = dict.fromkeys(exercises, 0)
    for mark in marks:
        if mark.get("grade"):  # a question may have several checks: start-kinds-check, start-kinds-check-2
            points[mark["grade_id"].partition("-check")[0]] += mark["points"]
    lines = ["## The assignment", "", "| question | points | marked |", "|---|---|---|"]
    for name, entry in exercises.items():
        lines.append(f"| {entry['title']} | {points[name]} | {'by you' if 'rubric' in entry else 'by the program'} |")
    return [*lines, f"| together | {sum(points.values())} | |", ""]


def common_mistakes(exercises: dict[str, dict[str, Any]]) -> list[str]:
    """Every known mistake, by question, with the words that a student who makes it reads."""
    lines = ["## Common mistakes", "", "The checks know these. A student who makes one reads these words."]
    for entry in exercises.values():
        if entry.get("known_wrong"):
            lines += ["", f"**{entry['title']}**", ""]
            lines += [
                f"* *{wrong['name'].replace('-', ' ')}*: {words(wrong['message'])}" for wrong in entry["known_wrong"]
            ]
    return [*lines, ""]


def model_answers(exercises: dict[str, dict[str, Any]]) -> list[str]:
    """Rubric, and an answer at each of three levels with its points and the reason."""
    lines = ["## Written answers: rubric, and answers at three levels", "", CONDENSED]
    for entry in exercises.values():
        if "rubric" not in entry:
            continue
        lines += ["", f"### {entry['title']}", "", "| criterion | points | what it looks like |", "|---|---|---|"]
        for criterion in entry["rubric"]["criteria"]:
            lines += [
                f"| {criterion['name']} | {level['points']:g} | {words(level['text'])} |"
                for level in criterion["levels"]
            ]
        for level, title in LEVELS.items():
            answer = entry["model_answers"][level]
            text = "\n>\n".join(f"> {words(part)}" for part in str(answer["text"]).strip().split("\n\n"))
            lines += [
                "",
                f"**{title} ({answer['points']:g} of {highest(entry['rubric']):g})**",
                "",
                text,
                "",
                f"Why: {words(answer['why'])}",
            ]
    return [*lines, ""]


def highest(rubric: dict[str, Any]) -> float:
    return float(sum(max(level["points"] for level in criterion["levels"]) for criterion in rubric["criteria"]))


def words(text: Any) -> str:
    return " ".join(str(text).split()).replace("|", "\\|")


def page(path: Path) -> str:
    """The whole page as it should be."""
    by_hand, mark, _ = path.read_text(encoding="utf-8").partition(MARK)
    if not mark:
        sys.exit(f"{path} has lost its marked line. Put it back: {MARK}")
    source = ROOT / "manuscript" / "assignments" / path.stem / "exercises.yaml"
    exercises = yaml.safe_load(source.read_text(encoding="utf-8"))
    unit = path.stem
    made = [*aims(unit), *quick_questions(unit), *assignment(unit, exercises)]
    made += [*common_mistakes(exercises), *model_answers(exercises)]
    return f"{by_hand}{MARK}\n\n" + "\n".join(made).rstrip() + "\n"


def main(check: bool) -> int:
    pages = {path: page(path) for path in sorted((ROOT / "docs" / "units").glob("*.md"))}
    stale = [path for path, text in pages.items() if path.read_text(encoding="utf-8") != text]
    for path in stale:
        if not check:
            path.write_text(pages[path], encoding="utf-8")
        print(f"{'stale' if check else 'wrote'} {path.relative_to(ROOT)}")
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(main("--check" in sys.argv[1:]))
