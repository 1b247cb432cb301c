"""What happened, in words that every definition can be asked about?

A Case is a short story with its facts coded: acts, means, purposes, conduct, age, sex, day. A word with a question mark
("abuse of vulnerability?") is open: the story, or the law, does not settle it. A whole field of None is not known at
all. A contestable case carries readings; each settles the open words one way. The 30 cases of the course are made up
for teaching; no real person or event is meant.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

from tipcourse.dated import read_yaml
from tipcourse.errors import OutOfRange, UnknownName, did_you_mean
from tipcourse.findings import any_met

ACTS = ("recruitment", "transportation", "transfer", "harbouring", "receipt")
LISTED_MEANS = (
    "threat", "force", "coercion", "confinement", "abduction", "fraud", "deception", "abuse of power",
    "abuse of vulnerability", "payment to a controller",
)  # fmt: skip
MEANS = (*LISTED_MEANS, "threatened lawsuit")
EXPLOITATION = (
    "prostitution of others", "other sexual exploitation", "forced labour or services", "debt bondage", "slavery",
    "practice similar to slavery", "servitude", "removal of organs",
)  # fmt: skip
PURPOSES = (
    *EXPLOITATION, "commercial sex", "sale", "adoption", "raising a child", "marriage", "ordinary work", "prison work",
    "illegal entry", "gain by fraud",
)  # fmt: skip
CONDUCT = (
    "abducts a person", "sells a person", "buys a person", "moves a person for sale", "takes a child from its family",
    "detains", "forces sex", "employing unit", "serious circumstances", "recruits or moves for forced labour",
    "hires under 16 for dangerous work", "procures prostitution", "organises prostitution", "forces prostitution",
    "organises begging by force", "organises minors to steal", "organises organ sale", "takes an organ by deceit",
    "organises border crossing", "leads a crowd against a rescue", "obstructs officers by force", "swindles",
    "refuses pay after an official order",
)  # fmt: skip
SEXES = ("female", "male")
VOCABULARY = {"acts": ACTS, "means": MEANS, "purposes": PURPOSES, "conduct": CONDUCT}


@dataclass(frozen=True)
class Reading:
    """One way to settle what is open in a contestable case: words that it takes as so (yes), and as not so (no)."""

    name: str
    says: str
    yes: tuple[str, ...] = ()
    no: tuple[str, ...] = ()


@dataclass(frozen=True)
class Case:
    """Facts of one case.

    acts, means, purposes, conduct  words of VOCABULARY, '?' after a word that is open; None: nothing is known
    age_years, sex                  of the person harmed; None: not known
    consented                       did the person say yes at some time; None: not known
    exception                       facts on ILO C29 art. 2(2)(c): 'court', 'public supervision', 'hired out' -> yes/no/None
    day                             day of the act
    raises                          UnknownName for a word outside the vocabulary, OutOfRange for an impossible age
    """

    name: str = "a case"
    title: str = ""
    story: str = ""
    acts: tuple[str, ...] | None = None
    means: tuple[str, ...] | None = None
    purposes: tuple[str, ...] | None = None
    conduct: tuple[str, ...] | None = None
    age_years: int | None = None
    sex: str | None = None
    consented: bool | None = None
    exception: Mapping[str, bool | None] = field(default_factory=dict)
    day: dt.date | None = None
    question: str = ""
    readings: tuple[Reading, ...] = ()

    def __post_init__(self) -> None:
        for name, known in VOCABULARY.items():
            if isinstance(getattr(self, name), str):
                raise UnknownName(f"{name} came as one text. Give a list of words, for example {name}=['{known[0]}'].")
            words = None if getattr(self, name) is None else tuple(getattr(self, name))
            object.__setattr__(self, name, words)
            for word in words or ():
                if word.removesuffix("?") not in known:
                    raise UnknownName(
                        f"'{word}' is not one of the {name}.{did_you_mean(word, known)} They are: {', '.join(known)}."
                    )
        if self.sex not in (*SEXES, None):
            raise UnknownName(f"Sex came as '{self.sex}'. Give 'female', 'male', or None for not known.")
        if self.age_years is not None and not 0 <= self.age_years <= 120:
            raise OutOfRange(f"An age of {self.age_years} years came. Give 0 to 120, or None for not known.")

    @property
    def contestable(self) -> bool:
        """Do competent readers differ on this case?"""
        return bool(self.readings)

    def says(self, kind: str, word: str) -> bool | None:
        """Does the case have this act, means, purpose or conduct? None where it is open or nothing is known."""
        words = getattr(self, kind)
        if words is None or f"{word}?" in words:
            return None
        return word in words

    def says_any(self, kind: str, words: Iterable[str]) -> bool | None:
        """Does the case have at least one of these words?"""
        return any_met(self.says(kind, word) for word in words)

    def younger_than(self, years: int) -> bool | None:
        """Is the person harmed younger than that? None where the age is not known."""
        return None if self.age_years is None else self.age_years < years

    def read(self, name: str) -> Case:
        """The same case under one of its readings; UnknownName when it has no such reading."""
        for reading in self.readings:
            if reading.name == name:
                settled: dict[str, Any] = {kind: _settle(getattr(self, kind), kind, reading) for kind in VOCABULARY}
                exception = {
                    key: key in reading.yes if value is None else value for key, value in self.exception.items()
                }
                return replace(self, **settled, exception=exception, readings=(), question="")
        known = [reading.name for reading in self.readings]
        raise UnknownName(f"{self.name} has no reading '{name}'. It has: {', '.join(known) or 'none, it is clear'}.")


def _settle(words: tuple[str, ...] | None, kind: str, reading: Reading) -> tuple[str, ...] | None:
    kept = [w for w in words or () if w.removesuffix("?") not in (*reading.yes, *reading.no)]
    return (*kept, *(w for w in reading.yes if w in VOCABULARY[kind]))


def _case(name: str, entry: dict[str, Any]) -> Case:
    readings = tuple(
        Reading(key, r["says"], tuple(r.get("so", ())), tuple(r.get("not_so", ())))
        for key, r in entry.pop("readings", {}).items()
    )
    return Case(name=name, readings=readings, **entry)


@cache
def cases() -> dict[str, Case]:
    """The 30 teaching cases by name, C01 to C30."""
    return {name: _case(name, dict(entry)) for name, entry in read_yaml("tipcourse.law", "cases.yaml").items()}


def case(name: str) -> Case:
    """One teaching case, for example case('C01'); UnknownName with near names when there is none."""
    if name not in cases():
        raise UnknownName(f"No case '{name}'.{did_you_mean(name, cases())} The cases are C01 to C30.")
    return cases()[name]
