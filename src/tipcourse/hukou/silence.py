"""If registration makes complaining dearer, how many people end up in abusive jobs?

Parameters in, the expected share of workers in abusive jobs by year out, in closed form. Every number in
HYPOTHETICAL is invented for thinking with: no published probability of a complaint by registration was found. Left
out: family, land, debt, skills, moves home, and every kind of force that a worker cannot end by complaining.

Each worker is in a fair or an abusive job. Every year a fair job may turn into an abusive one; an abusive one may end
because the worker leaves, or because a complaint succeeds. A worker complains when the benefit is larger than the
cost. Benefits differ between complaints: exponential with mean one month's pay. Employers hold back where complaints
are likely to succeed. It is a Markov chain with two states (J. R. Norris, Markov Chains, 1997).
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from tipcourse.errors import OutOfRange

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class World:
    """What the model assumes; all defaults are hypothetical.

    unregistered_share   share of workers who are registered elsewhere, 0-1
    entry_per_year       chance that a fair job turns abusive in a year if no employer held back, 0-1
    entry_ratio          the same chance for unregistered workers, as a multiple (1: no sorting into worse trades)
    leave_per_year       chance of leaving an abusive job in a year without a complaint, 0-1
    base_cost_months     what a complaint costs anyone, in months of pay, 0 or more
    extra_cost_months    what it costs an unregistered worker on top, in months of pay, 0 or more
    success              chance that a complaint ends the abuse, 0-1
    deterrence           how strongly employers respond to successful complaints, 0 (not at all) to 1
    """

    unregistered_share: float = 0.6
    entry_per_year: float = 0.02
    entry_ratio: float = 1.0
    leave_per_year: float = 0.15
    base_cost_months: float = 0.5
    extra_cost_months: float = 1.5
    success: float = 0.4
    deterrence: float = 0.5

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            open_ended = field.name.endswith("_months") or field.name == "entry_ratio"
            if not value >= 0 or (value > 1 and not open_ended):  # "not >=" also refuses nan
                limit = "0 or more" if open_ended else "between 0 and 1"
                raise OutOfRange(f"{field.name} is {value}; it must be {limit}.")
        if self.entry_per_year * self.entry_ratio > 1:
            raise OutOfRange("entry_per_year times entry_ratio is above 1; a chance cannot be. Lower one of them.")


HYPOTHETICAL = World()


@dataclass(frozen=True)
class Shares:
    """Expected share of workers in abusive jobs, 0-1, at the end of years 0, 1, ...; each array has shape (years + 1,)."""

    registered: Floats
    unregistered: Floats
    everyone: Floats


def complaint_chance(cost_months: float) -> float:
    """Chance that a worker in an abusive job complains within a year: exp(-cost), between 0 and 1.

    cost_months  what complaining costs, in months of pay; the benefit is exponential with mean one month
    """
    if cost_months < 0:
        raise OutOfRange(f"cost_months is {cost_months}; a cost is 0 or more months of pay.")
    return float(np.exp(-cost_months))


def yearly_chances(world: World, registered: bool) -> tuple[float, float]:
    """(fair job turns abusive, abusive job ends) within one year for a worker of that registration, each 0-1."""
    cost = world.base_cost_months + (0.0 if registered else world.extra_cost_months)
    complaint_wins = complaint_chance(cost) * world.success
    offered = world.entry_per_year * (1.0 if registered else world.entry_ratio)
    enters = offered * (1 - world.deterrence * complaint_wins)
    ends = 1 - (1 - world.leave_per_year) * (1 - complaint_wins)
    return enters, ends


def long_run_share(enters: float, ends: float) -> float:
    """Share of time in an abusive job after very many years: enters / (enters + ends), 0-1.

    raises OutOfRange when both chances are 0: then nothing moves and the start decides
    """
    if enters + ends == 0:
        raise OutOfRange("Nobody enters and nobody leaves: there is no long run to speak of. Make one chance positive.")
    return enters / (enters + ends)


def share_by_year(enters: float, ends: float, years: int) -> Floats:
    """Expected share in abusive jobs at the end of years 0 to `years` when all start in fair jobs, shape (years + 1,)."""
    if enters + ends == 0:
        return np.zeros(years + 1)
    rest: Floats = np.power(1.0 - enters - ends, np.arange(years + 1))
    return long_run_share(enters, ends) * (1 - rest)


def shares(world: World, years: int = 40) -> Shares:
    """Expected shares for registered, unregistered and all workers.

    years   number of yearly steps, 1 or more
    raises  OutOfRange
    """
    if years < 1:
        raise OutOfRange(f"years is {years}; give 1 or more.")
    registered = share_by_year(*yearly_chances(world, True), years)
    unregistered = share_by_year(*yearly_chances(world, False), years)
    u = world.unregistered_share
    return Shares(registered, unregistered, u * unregistered + (1 - u) * registered)


def expected_share(world: World, years: int = 40) -> float:
    """Expected share of working years spent in abusive jobs, years 1 to `years`, all workers, 0-1."""
    return float(shares(world, years).everyone[1:].mean())
