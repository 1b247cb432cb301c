"""Build a case and see what each definition says: age, sex, act, means, purpose, sale, day."""

from __future__ import annotations

import datetime as dt
from typing import Any

from tipcourse.figures.law import protection_by_age, verdict_picture
from tipcourse.law import prc_offences, simple_case, verdicts, who_is_protected
from tipcourse.law.cases import ACTS
from tipcourse.widgets.base import Live, choice, live, slider, tick

MEANS = ("none", "deception", "threat", "confinement", "abuse of vulnerability", "threatened lawsuit")
PURPOSES = (
    "forced labour or services", "prostitution of others", "servitude", "adoption", "removal of organs", "ordinary work",
)  # fmt: skip
DAYS = (
    dt.date(2005, 1, 1), dt.date(2011, 4, 30), dt.date(2011, 5, 1), dt.date(2015, 10, 31), dt.date(2015, 11, 1),
    dt.date(2017, 7, 10), dt.date(2025, 1, 1),
)  # fmt: skip


def _picture(**chosen: Any) -> str:
    case = simple_case(**chosen)
    return verdict_picture(verdicts(case), prc_offences(case))


def _readout(**chosen: Any) -> str:
    case = simple_case(**chosen)
    told = [f"{verdict.regime}: {verdict.because}" for verdict in verdicts(case)]
    articles = [f"art. {o.article} ({o.penalty})" for o in prc_offences(case) if o.met]
    return "\n".join([*told, f"PRC: {'; '.join(articles) or 'no offence of the model'}."])


def case_builder() -> Live:
    """The live picture of the lesson: choose the facts, read the verdicts."""
    controls = {
        "age_years": slider("Age (years)", 0, 40, 16),
        "sex": choice("Sex", ["male", "female"]),
        "act": choice("Act", [*ACTS, "none"], "transfer"),
        "means": choice("Means", list(MEANS), "deception"),
        "purpose": choice("Purpose", list(PURPOSES)),
        "sold": tick("The person is sold", True),
        "day": choice("Day of the act", [(day.isoformat(), day) for day in DAYS], DAYS[5]),
    }
    static = protection_by_age(who_is_protected(DAYS[5], range(0, 31)))
    return live(_picture, controls, _readout, static)
