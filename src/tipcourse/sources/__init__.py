"""What exactly do the two source documents say, and which claims do they make?

`quote` gives words back only if they stand in the document letter for letter; `search` finds passages; `claims` is the
table of claims that the course checks. Not here: whether a claim is true. That is each lesson's work.
"""

from __future__ import annotations

import difflib
import hashlib
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from tipcourse import data
from tipcourse.errors import NotAQuotation, UnknownName, did_you_mean


@dataclass(frozen=True)
class Document:
    """One source document: its text as received and what is known about it."""

    name: str
    title: str
    author: str
    publisher: str
    date: str
    licence: str
    written_for: str
    may_be_quoted: str
    note: str
    sha256: str
    text: str

    @property
    def attribution(self) -> str:
        """One line that names author, title, publisher, date and licence."""
        return f"{self.author}, “{self.title}”, {self.publisher}, {self.date}. {self.licence}."


@dataclass(frozen=True)
class Quotation:
    """Words that stand in a document, with the place where they start (characters from the beginning)."""

    words: str
    document: str
    start: int
    attribution: str

    def __str__(self) -> str:
        return self.words

    def _repr_markdown_(self) -> str:
        quoted = "\n".join(f"> {line}" for line in self.words.splitlines())
        return f"{quoted}\n>\n> - {self.attribution}"


def _seeds() -> Traversable:
    """The folder of the documents: inside an installed package, else at the top of the checkout."""
    packed = files(__name__).joinpath("seeds")
    return packed if packed.is_dir() else Path(__file__).resolve().parents[3] / "seeds"


@cache
def _entries() -> dict[str, Any]:
    return dict(yaml.safe_load(_seeds().joinpath("sources.yaml").read_text(encoding="utf-8")))


def names() -> list[str]:
    """Short names of the documents."""
    return list(_entries())


@cache
def document(name: str) -> Document:
    """The document of that short name.

    raises UnknownName when there is none, NotAQuotation when the file is not the one that was received
    """
    if name not in _entries():
        raise UnknownName(
            f"No document '{name}'.{did_you_mean(name, names())} The documents are: {', '.join(names())}."
        )
    entry = _entries()[name]
    raw = _seeds().joinpath(entry["file"]).read_bytes()
    if hashlib.sha256(raw).hexdigest() != entry["sha256"]:
        raise NotAQuotation(
            f"{entry['file']} is not the file that was received (its sha256 differs). Restore it first."
        )
    known = {key: str(entry[key]) for key in Document.__dataclass_fields__ if key in entry}
    return Document(name=name, text=raw.decode("utf-8"), **known)


def _nearest(text: str, words: str) -> str:
    """The sentence of the text that is most like the words."""
    sentences = [s.strip() for s in re.split(r"(?<=[.?!:])\s+|\n+", text) if s.strip()]
    return max(sentences, key=lambda s: difflib.SequenceMatcher(None, s.lower(), words.lower(), autojunk=False).ratio())


def quote(name: str, words: str) -> Quotation:
    """The words, if they stand in the document letter for letter (curly quotation marks and all).

    name     short name of the document, 'interview' or 'commission'
    words    the passage, not empty
    returns  Quotation
    raises   NotAQuotation, naming the nearest passage, when the words are not there
    """
    doc = document(name)
    start = doc.text.find(words)
    if not words.strip() or start < 0:
        nearest = _nearest(doc.text, words)
        raise NotAQuotation(
            f"The {name} does not say “{words}”. The nearest passage is: “{nearest}”. Quote it exactly."
        )
    return Quotation(words, name, start, doc.attribution)


def search(words: str, name: str | None = None) -> pd.DataFrame:
    """Every paragraph that holds the words, whatever their case.

    words    text to look for, not empty
    name     short name of one document, or None for both
    returns  frame with one row per paragraph: document, start (characters from the beginning), passage
    """
    if not words.strip():
        raise NotAQuotation("There is nothing to search for. Give at least one word.")
    rows = []
    for each in [name] if name else names():
        for match in re.finditer(r"[^\n]+", document(each).text):
            if words.lower() in match.group().lower():
                rows.append({"document": each, "start": match.start(), "passage": match.group()})
    return pd.DataFrame(rows, columns=["document", "start", "passage"])


def claims(document: str | None = None) -> pd.DataFrame:
    """The claims that the course checks, one a row: exact words, document, what is claimed, verdict, finding."""
    table = data.load("claims")
    return table if document is None else table[table["document"] == document].reset_index(drop=True)
