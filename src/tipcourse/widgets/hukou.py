"""What if complaining became cheaper, or settlement easier? The reform scenarios as a live picture.

Sliders for five assumptions of the model of silence; the picture and the read-out follow. All numbers are
hypothetical. Not here: arithmetic; the picture asks figures.hukou, which asks the model.
"""

from __future__ import annotations

from dataclasses import replace

from tipcourse.figures.hukou import reforms_in_two_worlds, scenario_svg
from tipcourse.hukou import HYPOTHETICAL, World, expected_share, two_worlds
from tipcourse.widgets.base import Live, choice, decimal_slider, live

WORLDS = [
    ("silence: complaining costs the unregistered more", "silence"),
    ("sorting: they are hired into worse trades", "sorting"),
]


def _worlds(world: str, extra: float, unregistered: float, success: float, deterrence: float) -> tuple[World, World]:
    """(before, after): the sliders set the assumption outright; in the world of sorting the extra cost starts at 0."""
    before = two_worlds(HYPOTHETICAL)[0 if world == "silence" else 1]
    cost = min(extra, before.extra_cost_months)
    after = replace(
        before, extra_cost_months=cost, unregistered_share=unregistered, success=success, deterrence=deterrence
    )
    return before, after


def _drawn(**values: float | str) -> str:
    return scenario_svg(*_worlds(**values))  # type: ignore[arg-type]


def _said(**values: float | str) -> str:
    before, after = _worlds(**values)  # type: ignore[arg-type]
    old, new = 100 * expected_share(before), 100 * expected_share(after)
    note = ""
    if before.extra_cost_months == 0:
        note = " In this world there is no extra cost, so lowering it does nothing."
    return (
        f"Of all working years in 40, {old:.2f} percent are spent in abusive jobs before and {new:.2f} percent after: "
        f"a change of {new - old:+.2f} percentage points.{note} All numbers are hypothetical."
    )


def reform_scenarios() -> Live:
    """The live picture of lesson 2: choose a world, then move what a reform might change."""
    start = HYPOTHETICAL
    return live(
        _drawn,
        {
            "world": choice("World", WORLDS),
            "extra": decimal_slider("Extra cost of complaining (months of pay)", 0, 1.5, start.extra_cost_months, 0.1),
            "unregistered": decimal_slider("Share unregistered", 0, 1, start.unregistered_share, 0.05),
            "success": decimal_slider("Chance that a complaint succeeds", 0, 1, start.success, 0.05),
            "deterrence": decimal_slider("How strongly employers respond", 0, 1, start.deterrence, 0.05),
        },
        readout=_said,
        static=reforms_in_two_worlds(*two_worlds(start)),
    )
