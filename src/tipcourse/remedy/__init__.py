"""Forced labour, refuge and remedy: what must a state do, and where does a right come to its remedy?

Modules: `c29` (forced labour, article 2), `signs` (the eleven indicators), `detention` (systems without a court),
`refoulement` (may a person be sent back?), `chain` (from a wrong to a remedy). Which treaty binds which state on which
day is in the law model.
"""

from tipcourse.findings import Finding
from tipcourse.remedy.c29 import Reading, Ruling, forced_labour, no_exception, readings
from tipcourse.remedy.chain import (
    changed,
    discouraged,
    gains,
    hypothetical_chain,
    people_left,
    share_with_remedy,
    simulate,
    standard_error,
    weakest,
)
from tipcourse.remedy.detention import standing, systems
from tipcourse.remedy.refoulement import ReturnRuling, Screened, may_not_return, screening
from tipcourse.remedy.signs import SignsSeen, all_signs, look

__all__ = [
    "Finding",
    "Reading",
    "ReturnRuling",
    "Ruling",
    "Screened",
    "SignsSeen",
    "all_signs",
    "changed",
    "discouraged",
    "forced_labour",
    "gains",
    "hypothetical_chain",
    "look",
    "may_not_return",
    "no_exception",
    "people_left",
    "readings",
    "screening",
    "share_with_remedy",
    "simulate",
    "standard_error",
    "standing",
    "systems",
    "weakest",
]
