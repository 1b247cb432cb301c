"""The moving pyramid: what would China's people look like, had births gone otherwise from 1980 on?"""

from __future__ import annotations

from tipcourse.figures.population import pyramid_svg, pyramid_words, pyramids
from tipcourse.population import china, project, what_if
from tipcourse.population.lifetable import Array
from tipcourse.widgets.base import Live, live, slider


def moving_pyramid() -> Live:
    """Three sliders - year, fertility, sex ratio at birth - and a pyramid with the outline of what was."""
    rates = china(1980, 2050)
    unchanged = project(rates)

    def both(year: int, fertility_percent: int, gap_closed_percent: int) -> tuple[Array, Array, int]:
        changed = project(rates, what_if(rates, fertility_percent, gap_closed_percent))
        return changed.in_year(year), unchanged.in_year(year), year

    def picture(year: int, fertility_percent: int, gap_closed_percent: int) -> str:
        return pyramid_svg(*both(year, fertility_percent, gap_closed_percent))

    def readout(year: int, fertility_percent: int, gap_closed_percent: int) -> str:
        return pyramid_words(*both(year, fertility_percent, gap_closed_percent))

    controls = {
        "year": slider("Year", 1980, 2050, 2020, step=5),
        "fertility_percent": slider("Fertility since 1980, % of what it was", 60, 140, 100, step=5),
        "gap_closed_percent": slider("Sex ratio at birth, % of the way to 106", 0, 100, 0, step=10),
    }
    still = pyramids({year: unchanged.in_year(year) for year in (1980, 2000, 2020, 2050)})
    return live(picture, controls, readout, static=still)
