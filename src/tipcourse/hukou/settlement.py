"""What did national guidance tell a city of this size about registering a newcomer, on this day?

City, person and day in; open, conditions, points or not known out, with what is asked and whether the person is known
to meet it. Never a right: every city sets its own terms, and those are not here. Not known is never rounded to no.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from tipcourse.dated import load_rules
from tipcourse.errors import OutOfRange
from tipcourse.findings import Finding

PACKAGE, FILE = "tipcourse.hukou", "rules/settlement.yaml"
CAUTION = "National guidance to cities, not a right: the city's own rules decide."
WORDING = {
    "home": "a lawful stable home (renting included)",
    "job": "a lawful stable job",
    "job_years": "a lawful stable job for a number of years that the city sets",
    "insurance": "social insurance for a number of years that the city sets",
    "residence_years": "a number of years of residence, counted in points",
}


@dataclass(frozen=True)
class City:
    """A city by the people of its urban district, in million; None where the number is not known."""

    urban_district_million: float | None
    name: str = "the city"

    def __post_init__(self) -> None:
        size = self.urban_district_million
        if size is not None and not 0 < size < 100:
            raise OutOfRange(f"urban_district_million is {size}. Give million people: 1.5 means 1,500,000.")


@dataclass(frozen=True)
class Person:
    """What is known about a person who wants to settle: yes, no or None for not known; insurance in years."""

    lawful_home: bool | None = None
    lawful_job: bool | None = None
    insurance_years: float | None = None

    def __post_init__(self) -> None:
        if self.insurance_years is not None and self.insurance_years < 0:
            raise OutOfRange(f"insurance_years is {self.insurance_years}. Give years, 0 or more, or None.")


@dataclass(frozen=True)
class SettlementPolicy:
    """What the guidance of the day said.

    access    'open', 'conditions', 'points' or 'not known'
    findings  one per thing asked, in the order of the text
    never_a_right  the caution that goes with every answer
    """

    access: str
    city_class: str
    findings: tuple[Finding, ...]
    because: str
    cite: str
    confidence: str
    never_a_right: str = CAUTION


def city_class(urban_district_million: float) -> str:
    """The class of a city by people in its urban district (State Council circular Guo Fa 2014 No. 51, read in reports).

    A city exactly on a border is counted with the larger class.
    """
    City(urban_district_million)
    for above, name in ((10, "super-large"), (5, "very large"), (3, "large I"), (1, "large II"), (0.5, "medium")):
        if urban_district_million >= above:
            return name
    return "small"


def _insurance(person: Person, at_most: float | None) -> tuple[bool | None, str]:
    years = person.insurance_years
    if years is None:
        return None, "the person's insurance record is not known"
    if years == 0:
        return False, "there is no insurance record, and some years are asked"
    if at_most is not None and years >= at_most:
        return True, f"{years:g} years, and no city of this size may ask for more than {at_most:g}"
    return None, f"{years:g} years; how many this city asks for is not known"


def _finding(asks: str, person: Person, at_most: float | None) -> Finding:
    met: bool | None
    if asks == "insurance":
        met, because = _insurance(person, at_most)
    elif asks == "residence_years":
        met, because = None, "how the city counts years of residence is not known"
    else:
        met = person.lawful_home if asks == "home" else person.lawful_job
        because = "not known" if met is None else "as told about the person"
        if asks == "job_years" and met:
            met, because = None, "there is a job; how many years this city asks for is not known"
    return Finding(WORDING[asks], met, because)


def settlement_policy(city: City, person: Person, on: dt.date) -> SettlementPolicy:
    """What national guidance said about this person's settlement in this city on that day.

    on       a day from 24 July 2014 on
    returns  SettlementPolicy; access is 'not known' where the size of the city is
    raises   OutsideTheRule before the first guidance by city size
    """
    answer = load_rules(PACKAGE, FILE)["settlement"].on(on)
    size = city.urban_district_million
    if size is None:
        return SettlementPolicy(
            "not known", "not known", (), f"The size of {city.name} is not known.", answer.cite, answer.confidence
        )
    band: dict[str, Any] = [band for band in answer.value if band["from_million"] <= size][-1]
    at_most = band.get("insurance_years_at_most")
    findings = tuple(_finding(asks, person, at_most) for asks in band["asks"])
    words = {
        "open": "limits are open",
        "conditions": "the city may set conditions",
        "points": "the city runs a points system",
    }[band["access"]]
    because = (
        f"On {on} the guidance for a {city_class(size)} city ({size:g} million) is: {words}. {answer.note}".strip()
    )
    return SettlementPolicy(band["access"], city_class(size), findings, because, answer.cite, answer.confidence)
