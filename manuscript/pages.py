"""Pages that are made from tables and lessons: front page, glossary, timeline, references, one page for each table.

`site()` is for the web edition, `notebooks()` for JupyterLab. Nothing here holds a fact: each comes from its table.
"""

from __future__ import annotations

import html
import re
import unicodedata
from pathlib import Path
from typing import Any

import pandas as pd

from tipcourse import data

LESSONS = Path(__file__).parent / "lessons"
TABLES = Path(data.__file__).parent
TITLE = "Human trafficking and China"
SUMMARY = (
    "A course in eight units: read a contested source closely, check its claims, say how far the evidence carries."
)
FIRST_ROWS = 5


def site() -> dict[str, Any]:
    """What the web edition has beside lessons and guides."""
    names = data.names()
    pages = {"index": _index(), "glossary": glossary(), "timeline": dates(), "references": references()}
    pages["data/index"] = _tables(names)
    return {
        "title": TITLE,
        "summary": SUMMARY,
        "pages": pages | {f"data/{name}": table_page(name) for name in names},
        "menu": {"Look things up": ["glossary", "timeline", "references", "data/index"]},
        "terms": _terms(),
        "files": {f"data/{data.describe(name)['path']}": TABLES / data.describe(name)["path"] for name in names},
    }


def notebooks() -> dict[str, str]:
    """Notebooks beside the lessons."""
    return {"glossary": glossary()}


def _lessons() -> dict[str, str]:
    return {path.stem: path.read_text(encoding="utf-8") for path in sorted(LESSONS.glob("*.md"))}


def _section(text: str, heading: str) -> str:
    """What stands under a heading, up to the next one of the same or a higher level."""
    level = heading.split(" ")[0]
    found = re.search(rf"^{heading}\n(.*?)(?=^#{{1,{len(level)}}} |\Z)", text, flags=re.M | re.S)
    return found.group(1).strip() if found else ""


def _index() -> str:
    rows = []
    for name, text in _lessons().items():
        title = re.search(r"^# (.+)$", text, flags=re.M)
        question = re.search(r"\*\*(.+?)\*\*", _section(text, "## Question"), flags=re.S)
        asked = " ".join(question.group(1).split()) if question else ""
        rows.append(f"| [{title.group(1) if title else name}](lessons/{name}.ipynb) | {asked} |")
    return f"""# {TITLE}

**How could we know?** This course starts from two short American documents on human trafficking and China, an interview
and a page of a commission set up by the U.S. Congress. It asks of each sentence whose claim it is, what would refute
it, and what others say, China's government among them. You need no knowledge of law, statistics or programming.

**Content note.** The course is about forced labour, sexual exploitation, the sale of people, detention and torture. It
never describes them in detail. Each unit says what can be skipped.

Begin with [unit 0](lessons/0-start.ipynb). Units 1 to 6 can then be read in any order. Each takes 65 to 85 minutes,
and its assignment 60 to 90 more.

| unit | its question |
|---|---|
{chr(10).join(rows)}

## Read here, or work with it

These pages show each lesson as it comes out when it is run. Questions unfold on a click. The moving pictures stand
still here; sliders, answers that are checked, hints and assignments work in JupyterLab. In the folder of the course, type:

```
pip install uv && uv run course lab
```

No page of this site asks another machine for anything. It works without a network, and every page can be printed.

## Look things up

* [Glossary](glossary.md): the Chinese terms with characters, pinyin, English and meaning.
* [Timeline](timeline.md): every dated rule and event of the course.
* [References](references.md): everything that the lessons cite.
* [Tables](data/index.md): where each number comes from, under which licence, with which caveats.

## Licences

Our text: CC BY 4.0. Code: MIT. The interview is CC BY-NC-ND 4.0, unchanged and with attribution; the commission's page
is a U.S. government work. Each table names its own licence.
"""


def _plain(words: str) -> str:
    """Pinyin without its tones."""
    return "".join(c for c in unicodedata.normalize("NFD", words) if not unicodedata.combining(c))


def anchor(pinyin: str) -> str:
    """The place of a term on the glossary's page: its pinyin without tones."""
    return re.sub(r"[^a-z0-9]+", "-", _plain(pinyin).lower()).strip("-")


def glossary() -> str:
    """The glossary as a page; the same text stands in JupyterLab."""
    table = data.load("glossary")
    parts = [
        f"# Glossary\n\n{len(table)} Chinese terms of the course, in the alphabetical order of their pinyin. The Chinese "
        "term governs: a translation is a choice, and some are contested. The definitions are for readers of this "
        'course, not for a court.\n\n<dl class="glossary">'
    ]
    for row in table.assign(order=table["pinyin"].map(lambda p: _plain(p).lower())).sort_values("order").itertuples():
        basis = "" if pd.isna(row.basis) else f"{html.escape(row.basis)}. "
        parts.append(
            f'<dt id="{anchor(row.pinyin)}"><span class="han" lang="zh-Hans">{row.chinese}</span> '
            f'<span class="pinyin" lang="zh-Latn">{html.escape(row.pinyin)}</span> {html.escape(row.english)}</dt>\n'
            f"<dd>{html.escape(_sentence(row.definition))} <small>{basis}First needed in unit {row.unit}.</small></dd>"
        )
    return "\n".join([*parts, "</dl>\n"])


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:].rstrip(".") + "."


def _terms() -> dict[str, str]:
    """Words that become links in lessons. One English word alone may mean something else, so it never does."""
    terms = {}
    for row in data.load("glossary").itertuples():
        address = f"glossary.html#{anchor(row.pinyin)}"
        terms |= {row.chinese: address, row.pinyin: address}
        if len(_plain(row.pinyin)) > 4:
            terms[_plain(row.pinyin)] = address
        if " " in row.english:
            terms[row.english] = address
    return terms


def dates() -> str:
    """The timeline as a figure and as one table for each unit."""
    from tipcourse.figures.base import figure_html  # only the web edition draws
    from tipcourse.figures.sources import UNITS, course_timeline
    from tipcourse.sources.timeline import timeline

    events = timeline()
    parts = [
        f"# Timeline\n\nEvery dated rule and event of the course: {len(events)} dates from the tables and rules of the "
        "units. A date may be known to the year or the month only; then nothing finer is shown. That one thing follows "
        "another does not say that it was caused by it.\n",
        figure_html(course_timeline(events)).split("<details>")[0],
    ]
    for unit, rows in events.groupby("unit"):
        length = {"day": 10, "month": 7, "year": 4}
        cells = [
            (str(row.day)[: length[row.precision]], _happened(row.what), row.source.removeprefix("Source: "))
            for row in rows.itertuples()
        ]
        parts.append(f"\n## Unit {UNITS.get(unit, str(unit))}\n\n{_table(('date', 'what', 'source'), cells)}")
    return "\n".join(parts) + "\n"


def _happened(what: str) -> str:
    """An event as a sentence: a rule is told as its question and the answer that begins on that day."""
    question, mark, answer = what.partition("?: ")
    return _sentence(f"{question}? {answer[:1].upper()}{answer[1:]}" if mark else what)


def references() -> str:
    """All works that the lessons cite, with the units that cite them."""
    cited: dict[str, list[str]] = {}
    for name, text in _lessons().items():
        for bullet in re.findall(r"^[*-] (.+(?:\n  +\S.*)*)", _section(text, "### Sources"), flags=re.M):
            cited.setdefault(" ".join(bullet.split()).rstrip("."), []).append(name)
    entries = []
    for works in sorted(_same_works(list(cited)), key=lambda works: _sorted_by(works[0])):
        units = sorted({unit for work in works for unit in cited[work]})
        linked = ", ".join(f"[{unit.split('-')[0]}](lessons/{unit}.ipynb)" for unit in units)
        shown = re.sub(r"(?<![<(\w])https?://[^\s<>)]*[^\s<>).,;:]", lambda m: f"<{m.group()}>", works[0])
        entries.append(f"* {shown}{'' if shown.endswith('>') else '.'} Unit {linked}.")
    return (
        f"# References\n\n{len(entries)} works, as the lessons cite them, in alphabetical order. *Address not stated* "
        "means that we saw a copy without one. What was read only in part or in a copy is said so.\n\n"
        + "\n".join(entries)
        + "\n"
    )


def _sorted_by(work: str) -> str:
    return _plain(re.sub(r"[*_\"“‘]", "", work)).lower()


def _same_works(cited: list[str]) -> list[list[str]]:
    """Citations of one work together, the fullest first: those that share a long title and a year."""

    def letters(words: str) -> str:
        return re.sub(r"\W+", " ", words).lower().strip()

    groups: list[list[str]] = []
    for work in sorted(cited, key=len, reverse=True):
        years = set(re.findall(r"\b(?:19|20)\d\d\b", work))
        titles = [letters(a or b) for a, b in re.findall(r"\*([^*]{25,})\*|[\"“]([^\"”]{25,})[\"”]", work)]
        for group in groups:
            others = [letters(a or b) for a, b in re.findall(r"\*([^*]{25,})\*|[\"“]([^\"”]{25,})[\"”]", group[0])]
            shared = any(t in letters(group[0]) for t in titles) or any(t in letters(work) for t in others)
            if shared and years & set(re.findall(r"\b(?:19|20)\d\d\b", group[0])):
                group.append(work)
                break
        else:
            groups.append([work])
    return groups


def _tables(names: list[str]) -> str:
    rows = "\n".join(f"| [{_cell(data.describe(name)['title'])}]({name}.md) | `{name}` |" for name in names)
    entries = "\n".join(names)
    return (
        f"# Tables\n\nThe course has {len(names)} tables. `data.load(name)` gives one as a frame; its page says what it "
        "is, where it comes from, under which licence, and what to beware of. An empty cell is an unknown. It is never "
        f"read as no or as zero.\n\n| table | name |\n|---|---|\n{rows}\n\n"
        f"```{{toctree}}\n:hidden:\n\n{entries}\n```\n"
    )


def _cell(words: str) -> str:
    return words.replace("|", "\\|")


def table_page(name: str) -> str:
    """What a table is: description, caveats, sources, licence, columns with units, first rows, download."""
    about, table = data.describe(name), data.load(name)
    lists = {
        "Beware": about.get("caveats", []),
        "Sources": [_linked(source) for source in about["sources"]],
        "Licence": [_linked(licence) for licence in about["licenses"]],
    }
    told = "".join(
        f"\n## {title}\n\n" + "\n".join(f"* {line}" for line in lines) + "\n" for title, lines in lists.items() if lines
    )
    edition = f"\n**Edition:** {about['edition']}.\n" if about.get("edition") else ""
    columns = [
        (field["name"], field["type"], field.get("unit", ""), field.get("description", ""))
        for field in about["schema"]["fields"]
    ]
    shown = table.head(FIRST_ROWS)
    rows = [tuple("not known" if pd.isna(cell) else str(cell) for cell in row) for row in shown.to_numpy(dtype=object)]
    return (
        f"# {about['title']}\n\n{about['description']}\n{edition}\n"
        f'<p class="downloads"><a href="{about["path"]}" download>Download {about["path"]}</a></p>\n\n'
        f'In a notebook: `data.load("{name}")`, {len(table):,} rows.\n{told}\n'
        f"## Columns\n\n{_table(('column', 'type', 'unit', 'what it holds'), columns)}\n\n"
        f"## First rows\n\n{_table(tuple(table.columns), rows)}\n"
    )


def _linked(entry: dict[str, str]) -> str:
    """A source or licence with its address, where it has one."""
    name = entry.get("title") or entry["name"]
    if "name" in entry and entry["name"] not in name:
        name = f"{entry['name']}: {name}"
    address = entry.get("path", "")
    return f"{name}, <{address}>" if address.startswith("http") else name


def _table(heads: tuple[str, ...], rows: list[tuple[Any, ...]]) -> str:
    """An HTML table that can be scrolled by itself; the first column heads each row of dates."""
    top = "".join(f'<th scope="col">{html.escape(head)}</th>' for head in heads)
    body = "".join(
        "<tr>" + "".join(_field(head, cell) for head, cell in zip(heads, row, strict=True)) + "</tr>" for row in rows
    )
    return f'<div style="overflow-x:auto"><table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table></div>'


def _field(head: str, cell: Any) -> str:
    return f"<td{' class=day' if head == 'date' else ''}>{html.escape(str(cell))}</td>"
