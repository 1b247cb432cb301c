"""Which reform reaches the mechanism, and which assumption decides the answer?

A hypothetical world and a reform in, the change in the share in abusive jobs out, by the closed form. Not here: what a
reform costs, whether it is carried out, and how large any effect is in China - none of that has been measured.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import pandas as pd

from tipcourse.errors import OutOfRange
from tipcourse.hukou.silence import HYPOTHETICAL, World, expected_share, long_run_share, yearly_chances


@dataclass(frozen=True)
class Reform:
    """A reform as the factors by which it multiplies parameters of a World."""

    name: str
    what: str
    factors: tuple[tuple[str, float], ...]


REFORMS = (
    Reform(
        "settlement", "half of the unregistered workers are registered where they live", (("unregistered_share", 0.5),)
    ),
    Reform("permit", "a permit with legal aid halves the extra cost of complaining", (("extra_cost_months", 0.5),)),
    Reform("courts", "complaints succeed half as often again, for everyone", (("success", 1.5),)),
    Reform("permit and courts", "both of the two before", (("extra_cost_months", 0.5), ("success", 1.5))),
)


def _scaled(world: World, parameter: str, factor: float) -> World:
    """The world with one parameter multiplied, held at 1 where it is a chance or a share."""
    value = getattr(world, parameter) * factor
    open_ended = parameter.endswith("_months") or parameter == "entry_ratio"
    return replace(world, **{parameter: value if open_ended else min(value, 1.0)})


def apply_reform(world: World, reform: Reform) -> World:
    """The world after the reform; a chance or share that would pass 1 stays at 1."""
    for parameter, factor in reform.factors:
        world = _scaled(world, parameter, factor)
    return world


def effect_points(world: World, reform: Reform, years: int = 40) -> float:
    """Change in the share of working years in abusive jobs, in percentage points; below 0 means fewer."""
    return 100 * (expected_share(apply_reform(world, reform), years) - expected_share(world, years))


def sensitivity(world: World, reform: Reform, change: float = 0.5, years: int = 40) -> pd.DataFrame:
    """The reform's effect when one assumption at a time is lower or higher by `change`.

    change   share by which each parameter is moved, above 0 and below 1
    returns  frame, one parameter a row, widest swing first: parameter, base_points (nothing moved), low_points,
             high_points, swing_points (percentage points of working years; effects of the reform, each against its own
             unreformed world)
    raises   OutOfRange
    """
    if not 0 < change < 1:
        raise OutOfRange(f"change is {change}; give a share such as 0.5 for half less and half more.")
    base = effect_points(world, reform, years)
    rows = []
    for field in fields(World):
        low, high = (
            effect_points(_scaled(world, field.name, factor), reform, years) for factor in (1 - change, 1 + change)
        )
        rows.append((field.name, base, low, high, abs(high - low)))
    frame = pd.DataFrame(rows, columns=["parameter", "base_points", "low_points", "high_points", "swing_points"])
    return frame.sort_values("swing_points", ascending=False, kind="stable", ignore_index=True)


def two_worlds(world: World = HYPOTHETICAL) -> tuple[World, World]:
    """Two worlds with the same long-run shares in abusive jobs, for opposite reasons.

    returns  (silence, sorting): in the first, unregistered workers pay more to complain and nothing else differs; in the
             second they pay the same but are hired into worse trades. No table of shares can tell them apart.
    raises   OutOfRange when the second world would need a chance above 1
    """
    silence = replace(world, entry_ratio=1.0)
    target = long_run_share(*yearly_chances(silence, registered=False))
    sorting = replace(world, entry_ratio=1.0, extra_cost_months=0.0)
    enters, ends = yearly_chances(sorting, registered=False)
    if enters == 0:
        return silence, sorting
    return silence, replace(sorting, entry_ratio=target * ends / ((1 - target) * enters))
