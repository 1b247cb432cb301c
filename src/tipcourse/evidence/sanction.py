"""How long a chain leads from an offence to a sentence, and which link matters?

Shares of each step in, expected years out. The chain is arithmetic. How offenders respond to it is not: the
elasticities are inputs that the reader chooses, and no estimate for trafficking in China was found.
Not here: what is just. A longer sentence for a wrongly convicted person also raises the expected sanction.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import prod

from tipcourse.errors import OutOfRange, UnknownName, did_you_mean


@dataclass(frozen=True)
class Chain:
    """Steps from offence to sentence: each a share of those who reached the step before (0-1), in order.

    years  sentence of those who are convicted, years
    """

    steps: tuple[tuple[str, float], ...]
    years: float

    def __post_init__(self) -> None:
        for name, share in self.steps:
            if not 0 <= share <= 1:
                raise OutOfRange(f"The step '{name}' has the share {share}. A share lies between 0 and 1.")
        if self.years < 0:
            raise OutOfRange(f"Got a sentence of {self.years} years. Give 0 or more.")

    @property
    def chance(self) -> float:
        """Share of all offences that end in conviction, 0-1."""
        return prod(share for _, share in self.steps)

    @property
    def expected_years(self) -> float:
        """Years of sentence per offence: chance times years."""
        return self.chance * self.years


def chain(steps: Mapping[str, float], years: float) -> Chain:
    """A chain from names and shares, in the order given."""
    return Chain(tuple(steps.items()), years)


def with_step(before: Chain, name: str, share: float) -> Chain:
    """The same chain with one step changed; UnknownName when there is no such step."""
    names = [step for step, _ in before.steps]
    if name not in names:
        raise UnknownName(f"No step '{name}'.{did_you_mean(name, names)} The steps are: {', '.join(names)}.")
    return replace(before, steps=tuple((n, share if n == name else s) for n, s in before.steps))


def offences_after(chance_ratio: float, years_ratio: float, chance_elasticity: float, years_elasticity: float) -> float:
    """Offences as a multiple of today's when the chance of conviction and the sentence change.

    chance_ratio, years_ratio  new / old, above 0
    elasticities               percent change in offences per one percent change, 0 or below; hypothetical
    returns                    ratio, 1 means no change
    source                     constant-elasticity form; the idea of price and severity is Becker 1968
    """
    if chance_ratio <= 0 or years_ratio <= 0:
        raise OutOfRange(f"Got the ratios {chance_ratio} and {years_ratio}. Both must be above 0.")
    if chance_elasticity > 0 or years_elasticity > 0:
        raise OutOfRange("An elasticity above 0 would mean that punishment raises crime. Give 0 or a negative number.")
    return float(chance_ratio**chance_elasticity * years_ratio**years_elasticity)
