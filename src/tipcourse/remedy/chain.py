"""What happens when a right has no remedy? The remedy as a chain of steps.

A chain is a dict: step -> share of the people at that step who get past it. The share who reach a remedy is the
product. All shares in the course are hypothetical; the arithmetic is what is taught. Not here: several routes side by
side (the assignment builds them), and people who try again.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import prod, sqrt
from typing import Any

import numpy as np
import numpy.typing as npt

from tipcourse.dated import read_yaml
from tipcourse.errors import OutOfRange, UnknownName, did_you_mean

Chain = Mapping[str, float]


def _steps() -> list[dict[str, Any]]:
    return list(read_yaml("tipcourse.remedy", "rules/chain.yaml"))


def hypothetical_chain() -> dict[str, float]:
    """The course's chain of six steps. Its shares are hypothetical: chosen for teaching, measured by nobody."""
    return {entry["step"]: float(entry["share"]) for entry in _steps()}


def titles() -> dict[str, str]:
    """What each step of the course's chain means."""
    return {entry["step"]: entry["title"] for entry in _steps()}


def passages() -> dict[str, str]:
    """The words of the interview that each step of the course's chain is drawn from."""
    return {entry["step"]: entry["passage"] for entry in _steps()}


def _check(chain: Chain) -> None:
    if not chain:
        raise OutOfRange("The chain has no steps. Give at least one, such as {'knows': 0.6}.")
    for step, share in chain.items():
        if not 0 <= share <= 1:
            raise OutOfRange(f"The share at '{step}' came as {share}. A share lies between 0 and 1.")


def share_with_remedy(chain: Chain) -> float:
    """Share of people with a broken right who reach a remedy, 0-1: the product of the steps.

    raises  OutOfRange for an empty chain or a share outside 0-1
    """
    _check(chain)
    return prod(chain.values())


def people_left(chain: Chain, people: float = 1000) -> dict[str, float]:
    """Expected persons still in the chain after each step, out of `people` at the start."""
    _check(chain)
    left = people * np.cumprod(list(chain.values()))
    return {step: float(count) for step, count in zip(chain, left, strict=True)}


def changed(chain: Chain, step: str, share: float) -> dict[str, float]:
    """The chain with one share put to a new value. The given chain stays as it was.

    raises  UnknownName for a step that is not in the chain; OutOfRange for a share outside 0-1
    """
    if step not in chain:
        raise UnknownName(
            f"The chain has no step '{step}'.{did_you_mean(step, chain)} Its steps are {', '.join(chain)}."
        )
    new = {**chain, step: share}
    _check(new)
    return new


def weakest(chain: Chain) -> str:
    """The step with the smallest share (the first of them, when several are smallest): the bottleneck."""
    _check(chain)
    return min(chain, key=lambda step: chain[step])


def gains(chain: Chain, points: float = 0.10, looks_ahead: str | None = None, weight: float = 1.0) -> dict[str, float]:
    """What raising each step alone would add to the share who reach a remedy.

    points       how much the step's share rises, 0-1; a share never rises above 1
    looks_ahead  the step at which people foresee the end (see `discouraged`), with its weight; None when nobody does
    returns      step -> added share with remedy, 0-1
    """

    def outcome(of: Chain) -> float:
        return share_with_remedy(of if looks_ahead is None else discouraged(of, looks_ahead, weight))

    before = outcome(chain)
    return {step: outcome(changed(chain, step, min(1.0, chain[step] + points))) - before for step in chain}


def discouraged(chain: Chain, step: str, weight: float) -> dict[str, float]:
    """The chain when people foresee the end: few dare to start what few finish.

    step     the step at which people look ahead
    weight   0: they do not look ahead; 1: they come forward in proportion to the chance of success after that step
    returns  the chain with share * (1 - weight + weight * chance after the step) at that step
    raises   OutOfRange for a weight outside 0-1
    """
    if not 0 <= weight <= 1:
        raise OutOfRange(f"weight came as {weight}. It lies between 0 (nobody looks ahead) and 1.")
    _check(chain)
    later = list(chain)[list(chain).index(step) + 1 :] if step in chain else []
    ahead = prod(chain[name] for name in later)
    return changed(chain, step, chain.get(step, 0.0) * (1 - weight + weight * ahead))


def simulate(chain: Chain, people: int, rng: np.random.Generator) -> npt.NDArray[np.int64]:
    """Send people through the chain once, each getting past each step or not.

    people   persons at the start, 0 or more
    rng      source of randomness
    returns  persons left after each step, shape (steps,)
    """
    _check(chain)
    left, counts = people, []
    for share in chain.values():
        left = int(rng.binomial(left, share))
        counts.append(left)
    return np.array(counts, dtype=np.int64)


def standard_error(chain: Chain, people: int) -> float:
    """Standard error of the share with a remedy in one run of `people` persons (closed form, 0-0.5)."""
    if people < 1:
        raise OutOfRange(f"people came as {people}. Give at least 1 person.")
    share = share_with_remedy(chain)
    return sqrt(share * (1 - share) / people)
