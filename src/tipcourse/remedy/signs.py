"""What do the ILO's eleven indicators tell, and what do they not?

Observations of signs go in; a sorted view comes out: seen, looked for and not seen, not looked for, and which part of
the legal test each seen sign bears on. Not here: a score. Signs tell you where to look; they are not legal elements,
so no number of them is a finding of forced labour.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from tipcourse import data
from tipcourse.errors import UnknownName, did_you_mean
from tipcourse.findings import Answer

PARTS = ("menace", "offer")


@dataclass(frozen=True)
class SignsSeen:
    """Signs sorted by what was observed, and what they leave to ask.

    seen, not_seen, not_looked_for   names of signs
    bears_on                         part of the test ('menace', 'offer') -> signs seen that bear on it
    still_to_ask                     parts of the test on which no sign was seen
    """

    seen: tuple[str, ...]
    not_seen: tuple[str, ...]
    not_looked_for: tuple[str, ...]
    bears_on: dict[str, tuple[str, ...]]
    still_to_ask: tuple[str, ...]


def all_signs() -> pd.DataFrame:
    """The eleven signs with the question to ask and the part of the test that each bears on (our reading)."""
    return data.load("forced_labour_signs")


def look(observed: Mapping[str, Answer]) -> SignsSeen:
    """Sort observations of signs.

    observed  sign -> True (seen), False (looked for, not seen), None (not looked for); a sign left out was not looked for
    returns   SignsSeen
    raises    UnknownName for a sign that is not one of the eleven
    source    ILO, Indicators of Forced Labour, 2012; which part a sign bears on is our reading
    """
    table = all_signs()
    names = table["sign"].tolist()
    for name in observed:
        if name not in names:
            raise UnknownName(
                f"'{name}' is not one of the eleven signs.{did_you_mean(name, names)} all_signs() lists them."
            )
    answers = {name: observed.get(name) for name in names}
    seen = tuple(name for name in names if answers[name] is True)
    bears = dict(zip(table["sign"], table["bears_on"], strict=True))
    by_part = {part: tuple(name for name in seen if bears[name] in (part, "both")) for part in PARTS}
    return SignsSeen(
        seen=seen,
        not_seen=tuple(name for name in names if answers[name] is False),
        not_looked_for=tuple(name for name in names if answers[name] is None),
        bears_on=by_part,
        still_to_ask=tuple(part for part in PARTS if not by_part[part]),
    )
