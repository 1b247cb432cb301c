"""Which crimes of the PRC Criminal Law does a case show, by the text in force on a given day?

Offences are data: rules/offences.yaml holds each article's versions with their first day, elements, penalty and
citation. Facts in (a Case and a day), offences with a finding per element out. The model reads the words of the
statute; it does not weigh evidence, join sentences for several crimes, or say who is prosecuted.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from tipcourse.dated import Answer, DatedRule, find_rule, load_rules
from tipcourse.errors import OutsideTheRule, UnknownName, did_you_mean
from tipcourse.findings import Finding, all_met, any_met
from tipcourse.law.cases import Case

CODE_IN_FORCE = dt.date(1997, 10, 1)  # art. 452
LIFE, DEATH = 100, 200  # only to order penalties: any term of years < life < death
BANDS = ("ordinary", "heaviest")


@dataclass(frozen=True)
class Offence:
    """One offence tried on one case: met (True, False, None), findings, penalty in words, and the text's days and cite."""

    article: str
    name: str
    chinese: str
    met: bool | None
    findings: tuple[Finding, ...]
    penalty: str
    since: dt.date
    cite: str
    note: str


def offence_rules() -> dict[str, DatedRule]:
    """Every article of the model as a dated rule: article number -> its versions."""
    return load_rules("tipcourse.law", "rules/offences.yaml")


def protected_by_240(case: Case) -> Finding:
    """Does art. 240 protect this person? Women of 14 or over, and children under 14 of either sex."""
    young, woman = case.younger_than(14), None if case.sex is None else case.sex == "female"
    met = any_met([young, woman])
    because = {
        True: "A child under 14." if young else "A woman (14 or over).",
        False: "A male of 14 or over: arts 240 and 241 protect women and children under 14 only.",
        None: "It depends on age and sex, which are not both known.",
    }
    return Finding("protected person", met, because[met])


def _element(name: str, needs: dict[str, Any] | str, case: Case) -> Finding:
    """One element of an offence, from its entry in the rules: kind -> words of which one is enough."""
    if needs == "women and children under 14":
        return protected_by_240(case)
    if isinstance(needs, str):
        raise OutsideTheRule(
            f"The rules say '{needs}' for the element '{name}', which no function reads. Mend offences.yaml."
        )
    if "under_age" in needs:
        met = case.younger_than(needs["under_age"])
        told = {True: "is", False: "is not", None: "may be"}[met]
        return Finding(name, met, f"The person {told} under {needs['under_age']}.")
    if "without" in needs:
        found = any_met(case.says_any(kind, words) for kind, words in needs["without"].items())
        gone = None if found is None else not found
        return Finding(name, gone, {True: "It was not so.", False: "But it was so.", None: "That is open."}[gone])
    met = any_met(case.says_any(kind, words) for kind, words in needs.items())
    shown = [w for kind, words in needs.items() for w in words if case.says(kind, w)]
    wanted = " or ".join(w for words in needs.values() for w in words)
    because = {
        True: f"The facts show {', '.join(shown)}.",
        False: f"The facts do not show {wanted}.",
        None: f"Open: {wanted}.",
    }
    return Finding(name, met, because[met])


def _tried(article: str, answer: Answer, case: Case) -> Offence:
    version = answer.value
    findings = tuple(_element(name, needs, case) for name, needs in version["elements"].items())
    met = all_met(finding.met for finding in findings)
    return Offence(
        article,
        version["name"],
        version["chinese"],
        met,
        findings,
        version["penalty"],
        answer.since,
        answer.cite,
        answer.note,
    )


def every_offence(case: Case, on: dt.date) -> tuple[Offence, ...]:
    """Every article in force that day, tried on the case, also those that are not met.

    raises OutsideTheRule for a day before the Code of 1997 was in force
    """
    if on < CODE_IN_FORCE:
        raise OutsideTheRule(
            f"{on} lies before {CODE_IN_FORCE}, when the Criminal Law of 1997 came into force. Ask about a later day."
        )
    tried = []
    for article, rule in offence_rules().items():
        if rule.answers[0].since <= on:
            tried.append(_tried(article, rule.on(on), case))
    return tuple(tried)


def prc_offences(case: Case, on: dt.date | None = None) -> tuple[Offence, ...]:
    """The offences that the case shows (met) or may show (None), by the text in force on the day of the act.

    on       the day; None means the day that the case itself gives
    raises   OutsideTheRule without any day, or before the Code of 1997
    """
    day = on or case.day
    if day is None:
        raise OutsideTheRule(f"{case.name} has no day. Law changes: give on=datetime.date(year, month, day).")
    return tuple(offence for offence in every_offence(case, day) if offence.met is not False)


def severity(answer: Answer, band: str = "ordinary") -> tuple[int, int, int]:
    """How heavy one band of a version of an article is: its top, then its floor, and mercy last.

    band     'ordinary' (the first band) or 'heaviest' (of which the model knows the top only)
    returns  years of imprisonment; LIFE and DEATH stand above any number of years. Only versions of one article compare
    raises   UnknownName for another band
    """
    if band not in BANDS:
        raise UnknownName(f"No band '{band}'.{did_you_mean(band, BANDS)} The bands are: {', '.join(BANDS)}.")
    years, mercy = answer.value["years"], 0 if answer.value.get("may_go_free") else 1
    if band == "heaviest":
        return {"life": LIFE, "death": DEATH}.get(years["worst"], years["worst"]), 0, mercy
    return years["most"], years["least"], mercy


def governing_law(article: str, act_on: dt.date, tried_on: dt.date, band: str = "ordinary") -> tuple[Answer, str]:
    """The version of an article that governs an act tried later: the old one, unless the later one is lighter (art. 12).

    act_on, tried_on  days of the act and of the trial
    band              the band of penalties that fits the act, 'ordinary' or 'heaviest'; only this band is compared
    returns           the version (its words in .value) and the reason
    raises            UnknownName for an article or band not in the model; OutsideTheRule for a day before the article
                      existed (no crime then) or a trial before the act
    source            Criminal Law art. 12, which speaks of acts before the Code; applied to amendments in the same way
                      (SPC interpretation on Amendment IX, 29 Oct 2015). Lighter: a lower top of the band that fits the
                      act, or with the same top a lower floor (SPC interpretation 法释〔1997〕12号, arts 1-2). That
                      losing a clause of mercy makes a text heavier is our reading.
    """
    if tried_on < act_on:
        raise OutsideTheRule(
            f"The trial ({tried_on}) cannot come before the act ({act_on}). Give the days the other way round."
        )
    rule = find_rule(offence_rules(), article)
    then, now = rule.on(act_on), rule.on(tried_on)
    if then == now:
        return then, "The text was the same on both days."
    where = f"In the {band} band the text since {now.since} is"
    if severity(now, band) < severity(then, band):
        return now, f"{where} lighter, so it applies to the older act (art. 12)."
    return then, f"{where} not lighter, so the text of the day of the act applies (art. 12)."
