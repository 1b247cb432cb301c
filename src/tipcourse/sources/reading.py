"""How is a source read: when did it happen, when was it written, which numbers and which words stand around it?

Small helpers for close reading. Each gives back what the document says, never what follows from it.
Not here: whether a number is right. That is each lesson's work.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

import pandas as pd

from tipcourse import data
from tipcourse.errors import UnknownName, did_you_mean
from tipcourse.sources import Quotation, document

DATES = ("event_date", "entry_date", "posted_date")
NUMBER = re.compile(r"(?<![\w.,])(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?!\w|,\d|\.\d)")
# Where the text that an author wrote begins and ends; the rest of the page was put around it by the site.
BODY = {
    "interview": ("The latest U.S. State Department report", "This interview has been edited and condensed."),
    "commission": ("August 29, 2015", ""),
}
# Lines inside the interview that the site put there: links, and sentences of the text set again in large letters.
SITE_LINES = {
    "interview": (
        "More From Our Experts", "More on:", "Human Trafficking", "Human Rights", "Xi Jinping",
        "[The United States] is calling on China to live up to international standards.",
        "It is a dismal time for human rights in China.",
        "Washington should continue to speak out when there are egregious human rights abuses.",
    ),
    "commission": ("Transcript (PDF) (Text)",),
}  # fmt: skip


@dataclass(frozen=True)
class Number:
    """A number as it stands in a passage: its value, its characters, and where it starts."""

    value: float
    text: str
    start: int


def numbers(words: str) -> list[Number]:
    """Every number written in digits, in order; '2,169' is 2169, and digits inside a word (709th) are left out."""
    return [Number(float(m.group().replace(",", "")), m.group(), m.start()) for m in NUMBER.finditer(words)]


def context(quotation: Quotation, characters: int = 200) -> str:
    """The quotation between ⟦ ⟧ with up to so many characters before and after, cut at whole words.

    Read it before you quote: the sentence before may say whose opinion the next one is.
    """
    text, end = document(quotation.document).text, quotation.start + len(quotation.words)
    before, after = text[max(0, quotation.start - characters) : quotation.start], text[end : end + characters]
    if quotation.start > characters:
        before = "… " + before.partition(" ")[2]
    if end + characters < len(text):
        after = after.rpartition(" ")[0] + " …"
    return " ".join(f"{before}⟦{quotation.words}⟧{after}".split())


def body(name: str) -> str:
    """The document without what the site put around it: captions, links, sentences set again in large letters.

    raises UnknownName when there is no such document
    """
    text = document(name).text
    first, last = BODY[name]
    end = text.find(last) if last else len(text)
    lines = text[text.find(first) : end].splitlines()
    kept = "\n".join(line for line in lines if line.strip() not in SITE_LINES[name])
    return re.sub(r"\n{3,}", "\n\n", kept).strip()


def known_by(day: dt.date, which: str = "event_date") -> pd.DataFrame:
    """Entries of the commission's page whose date of that kind is on or before the day, earliest first.

    which    'event_date' (it happened), 'entry_date' (day above the entry) or 'posted_date' (second day printed)
    returns  rows of the table commission_entries; an entry whose date is unknown is never among them
    raises   UnknownName when there is no such kind of date
    """
    if which not in DATES:
        raise UnknownName(f"No date '{which}'.{did_you_mean(which, DATES)} The dates are: {', '.join(DATES)}.")
    entries = data.load("commission_entries")
    dated = entries[entries[which].notna()]
    return dated[dated[which] <= day].sort_values(which, ignore_index=True)
