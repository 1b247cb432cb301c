"""Bring the second half of docs/units/*.md up to date: aims, common mistakes, model answers.

    python tools/unit_guides.py [--check]

The first half, above the marked line, is written by hand. With --check nothing is written; exit status 1 when a page is stale.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parent.parent
MARK = "<!-- What follows is made by tools/unit_guides.py from the lesson and exercises.yaml. Edit it there. -->"
LEVELS = {"high": "Full marks", "middle": "In between", "low": "No marks"}


def aims(unit: str) -> list[str]:
    """The objectives of the lesson: its first numbered list."""
    text = (ROOT / "manuscript" / "lessons" / f"{unit}.md").read_text(encoding="utf-8")
    items = re.search(r"you can\n\n((?:\d\. .*\n(?: {2,}.*\n)*)+)", text)
    if items is None:
        sys.exit(f"The lesson {unit} has no numbered list after 'you can'.")
    return ["## What students can do afterwards", "", items[1].strip(), ""]


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
    lines = ["## Written answers: rubric, and answers at three levels"]
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
            lines += ["", f"**{title} ({answer['points']:g} of {highest(entry['rubric']):g})**", "", text, "", f"Why: {words(answer['why'])}"]
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
    made = [*aims(path.stem), *common_mistakes(exercises), *model_answers(exercises)]
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
