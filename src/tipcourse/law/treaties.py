"""What does a state owe under the treaties that bear on trafficking, and from which day?

Three days are kept apart: signature (not yet bound), deposit of the ratification or accession, and entry into force
for the state, which follows the treaty's own clause. The record ends somewhere: after the last day on which it was
read, an open status is 'not known'. Not here: what a duty means in a case, or whether it is kept.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cache
from typing import Any

from tipcourse.dated import read_yaml
from tipcourse.errors import OutsideTheRule, UnknownName, did_you_mean

STATUSES = ("in force", "deposited", "signed", "none", "not known")
STATES = {"CHN": "China", "USA": "United States"}


@dataclass(frozen=True)
class Obligation:
    """How one treaty stands for one state on one day.

    status    'in force'; 'deposited' (bound soon, not yet); 'signed' (not bound, must not defeat its purpose); 'none';
              'not known'
    since     first day of that status, None where there is none
    limits    reservations and territory
    """

    treaty: str
    title: str
    state: str
    status: str
    since: dt.date | None
    because: str
    limits: tuple[str, ...]
    cite: str
    confidence: str


@cache
def treaties() -> dict[str, dict[str, Any]]:
    """Every treaty of the record by short name: title, adopted, in_force, clause, duty, parties."""
    return dict(read_yaml("tipcourse.law", "rules/treaties.yaml"))


def _treaty(name: str) -> dict[str, Any]:
    if name not in treaties():
        raise UnknownName(f"No treaty '{name}'.{did_you_mean(name, treaties())} They are: {', '.join(treaties())}.")
    return treaties()[name]


def _months_later(day: dt.date, months: int) -> dt.date:
    """The same day of the month, that many months on (the treaties here never meet a missing day such as 31 April)."""
    years, month = divmod(day.month - 1 + months, 12)
    return day.replace(year=day.year + years, month=month + 1)


def in_force_for(name: str, state: str) -> dt.date | None:
    """First day on which the treaty binds the state: the later of its general and its own day; None if no deposit is known.

    raises UnknownName for a treaty or state that the record does not hold
    """
    treaty = _treaty(name)
    party = _party(treaty, name, state)
    deposited = party.get("deposited")
    if deposited is None:
        return None
    clause = treaty["clause"]
    own = (
        _months_later(deposited, clause["months"])
        if "months" in clause
        else deposited + dt.timedelta(days=clause["days"])
    )
    return max(own, treaty["in_force"])


def _party(treaty: dict[str, Any], name: str, state: str) -> dict[str, Any]:
    if state not in STATES:
        raise UnknownName(f"No state '{state}'.{did_you_mean(state, STATES)} The record holds: {', '.join(STATES)}.")
    return dict(treaty["parties"].get(state, {}))


def obligation(name: str, state: str, on: dt.date) -> Obligation:
    """How the treaty stands for the state on that day.

    raises UnknownName for an unknown treaty or state; OutsideTheRule for a day before the treaty was adopted
    """
    treaty = _treaty(name)
    party = _party(treaty, name, state)
    if on < treaty["adopted"]:
        raise OutsideTheRule(
            f"{treaty['title']} was adopted on {treaty['adopted']}; on {on} there was nothing to join."
        )
    status, since, because = _status(name, state, party, treaty, on)
    limits = tuple(party.get("limits", ())) if status in ("in force", "deposited") else ()
    return Obligation(
        name,
        treaty["title"],
        state,
        status,
        since,
        because,
        limits,
        party.get("source", ""),
        party.get("confidence", ""),
    )


def _status(
    name: str, state: str, party: dict[str, Any], treaty: dict[str, Any], on: dt.date
) -> tuple[str, dt.date | None, str]:
    deposited, signed, read_to = party.get("deposited"), party.get("signed"), party.get("read_to")
    begins = in_force_for(name, state)
    if begins and on >= begins:
        return "in force", begins, f"{party['consent'].capitalize()} deposited {deposited}; {treaty['clause']['says']}."
    if deposited and on >= deposited:
        return (
            "deposited",
            deposited,
            f"Deposited {deposited}, but in force only on {begins}: {treaty['clause']['says']}.",
        )
    if not deposited and (read_to is None or on > read_to):
        last = f"read only up to {read_to}" if read_to else "not read for this state"
        return "not known", None, f"No deposit is on record, but the record was {last}."
    if signed and on >= signed:
        return "signed", signed, "Signed but not ratified: not bound, though it must not defeat the treaty's purpose."
    return "none", None, "Neither signed nor joined by that day."


def obligations(state: str, on: dt.date) -> tuple[Obligation, ...]:
    """How every treaty that existed by then stands for the state on that day, in the order of the record."""
    return tuple(obligation(name, state, on) for name, treaty in treaties().items() if treaty["adopted"] <= on)
