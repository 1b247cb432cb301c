"""The remedy chain, live: which step would you mend first?"""

from __future__ import annotations

from tipcourse.figures.remedy import chain_left, chain_svg
from tipcourse.remedy import chain as chains
from tipcourse.widgets.base import Live, live, slider, tick

LOOKS_AHEAD = "comes forward"  # the step at which people weigh whether it is worth it


def remedy_chain() -> Live:
    """Six sliders, one for each step, and a box for people who foresee the end. All shares are hypothetical."""
    start = chains.hypothetical_chain()
    names = {step.replace(" ", "_"): step for step in start}

    def settings(look_ahead: bool, percent: dict[str, int]) -> tuple[dict[str, float], dict[str, float]]:
        """The chain as people walk it, and what ten points more at each step would add."""
        chain = {names[name]: value / 100 for name, value in percent.items()}
        if not look_ahead:
            return chain, chains.gains(chain)
        return chains.discouraged(chain, LOOKS_AHEAD, 1.0), chains.gains(chain, looks_ahead=LOOKS_AHEAD)

    def picture(look_ahead: bool, **percent: int) -> str:
        return chain_svg(*settings(look_ahead, percent))

    def readout(look_ahead: bool, **percent: int) -> str:
        chain, gains = settings(look_ahead, percent)
        best = max(gains, key=lambda step: gains[step])
        return (
            f"{1000 * chains.share_with_remedy(chain):.1f} of 1,000 people reach a remedy (hypothetical). "
            f"The weakest step is '{chains.weakest(chain)}'. Ten points more would buy most at '{best}'."
        )

    controls = {
        name: slider(
            f"{step.capitalize()} (%)", 0, 100, round(100 * start[step])
        )  # short: a long label eats the slider
        for name, step in names.items()
    }
    ahead = tick("People foresee the end")
    return live(picture, {**controls, "look_ahead": ahead}, readout, static=chain_left(start))
