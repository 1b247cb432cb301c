"""Where do the definitions part? Every regime on every case, and a quick way to build a case of one's own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import pandas as pd

from tipcourse.law.cases import Case
from tipcourse.law.international import forced_labour_c29, palermo, severe_form
from tipcourse.law.offences import Offence, every_offence, prc_offences
from tipcourse.law.verdict import Verdict

TRAFFICKING_ARTICLES = ("240", "241")
FORCEFUL = ("force", "threat", "confinement", "coercion", "abduction")


def verdicts(case: Case) -> tuple[Verdict, Verdict, Verdict]:
    """Palermo, TVPA and ILO C29 on one case, in this order."""
    return palermo(case), severe_form(case), forced_labour_c29(case)


def _strongest(offences: Iterable[Offence]) -> bool | None:
    mets = [offence.met for offence in offences]
    return True if True in mets else (None if None in mets else False)


def regime_table(cases: Iterable[Case]) -> pd.DataFrame:
    """One row per case: what each definition says (True, False, None) on the day of the case.

    columns  case, title, contestable, palermo, tvpa, c29, art_240_241 (abducting and selling, or buying),
             any_offence (any PRC offence of the model), articles (those met, as text)
    """
    rows = []
    for each in cases:
        shown = prc_offences(each)
        by_treaty = dict(zip(("palermo", "tvpa", "c29"), (verdict.met for verdict in verdicts(each)), strict=True))
        rows.append(
            {
                "case": each.name,
                "title": each.title,
                "contestable": each.contestable,
                **by_treaty,
                "art_240_241": _strongest(o for o in shown if o.article in TRAFFICKING_ARTICLES),
                "any_offence": _strongest(shown),
                "articles": ", ".join(o.article for o in shown if o.met),
            }
        )
    return pd.DataFrame(rows).astype(
        {name: object for name in ("palermo", "tvpa", "c29", "art_240_241", "any_offence")}
    )


def simple_case(
    age_years: int | None, sex: str | None, act: str, means: str, purpose: str, sold: bool, day: dt.date
) -> Case:
    """A case from a few choices, with the conduct that the PRC articles ask about filled in.

    act, means  a word of the vocabulary, or 'none'
    purpose     a word of the vocabulary
    sold        is the person sold by one to another
    """
    conduct = ["sells a person", "buys a person"] if sold else []
    if means == "confinement":
        conduct.append("detains")
    if purpose == "prostitution of others" and act != "none":
        conduct.append("forces prostitution" if means in FORCEFUL else "procures prostitution")
    if purpose == "removal of organs" and act != "none":
        conduct.append("organises organ sale" if means == "none" else "takes an organ by deceit")
    return Case(
        name="your case",
        age_years=age_years,
        sex=sex,
        acts=() if act == "none" else (act,),
        means=() if means == "none" else (means,),
        purposes=(purpose, "sale") if sold else (purpose,),
        conduct=tuple(conduct),
        day=day,
    )


def who_is_protected(day: dt.date, ages_years: Iterable[int]) -> pd.DataFrame:
    """For each age and sex, sold into forced labour by deceit: does Palermo call it trafficking, does art. 240 reach it?

    returns  columns sex, age_years, palermo, art_240 (True or False)
    """
    rows = []
    for sex in ("female", "male"):
        for age in ages_years:
            case = simple_case(age, sex, "transfer", "deception", "forced labour or services", True, day)
            reached = next(o.met for o in every_offence(case, day) if o.article == "240")
            rows.append({"sex": sex, "age_years": age, "palermo": palermo(case).met, "art_240": reached})
    return pd.DataFrame(rows)
