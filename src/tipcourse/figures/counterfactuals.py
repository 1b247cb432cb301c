"""How many people more or fewer, had births gone otherwise, and how far apart may the future lie?

Results of tipcourse.population in, told Axes out. Every figure here shows a range: a counterfactual is no measurement.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from tipcourse.figures.base import BLACK, BLUE, RUST, SKY, VERMILION, new_axes, tell
from tipcourse.figures.population import OWN_SOURCE, UN_SOURCE
from tipcourse.population import Projection, missing_girls
from tipcourse.population.lifetable import Array

RULE_LABELS = ("the place's fertility as it was", "China's fertility, changing as there")


def _apart(heights: Array, gap: float) -> Array:
    """The heights (rising), moved as little as needed for all to be at least `gap` apart."""
    moved = heights.copy()
    for _ in range(500):
        overlap = np.clip(gap - np.diff(moved), 0, None) / 2
        if not overlap.any():
            break
        moved[:-1] -= overlap
        moved[1:] += overlap
    return moved


def counterfactual_fan(paths: pd.DataFrame, unchanged: Projection, ax: Axes | None = None) -> Axes:
    """China's total under every comparator and rule, beside the projection without a change.

    paths      what counterfactual_range() returns
    unchanged  the projection over the same years
    """
    ax = ax or new_axes(9, 4.6)
    looks = {"level": (BLUE, "-"), "proportional": (VERMILION, "--")}
    for (_, rule), rows in paths.groupby(["place", "rule"]):
        colour, dashes = looks[str(rule)]
        ax.plot(rows["year"], rows["million"], color=colour, linestyle=dashes, linewidth=1.2)
    ax.plot(unchanged.years, unchanged.total / 1000, color=BLACK, linewidth=3)
    last = paths[paths["year"] == paths["year"].max()].sort_values("million")
    start, end = int(paths["year"].min()), int(paths["year"].max())
    ends = last["million"].to_numpy(float)
    for row, height in zip(last.to_dict("records"), _apart(ends, gap=(ends[-1] - ends[0]) / 24), strict=True):
        colour, dashes = looks[row["rule"]]
        ax.plot([end, end + 2.5], [row["million"], height], color=colour, linestyle=dashes, linewidth=0.6)
        ax.text(end + 3, height, row["place"], fontsize=7, va="center", color=RUST if colour == VERMILION else colour)
    for (colour, dashes), label in zip(looks.values(), RULE_LABELS, strict=True):
        ax.plot([], [], color=colour, linestyle=dashes, label=label)
    ax.plot([], [], color=BLACK, linewidth=3, label="births as estimated")
    ax.set_xlim(start, end + (end - start) * 0.42)
    ax.set_xticks(range(start, end + 1, 10))
    low, high = last["difference_million"].min(), last["difference_million"].max()
    ax.set_title(f"In {end}: from {-low:,.0f} million fewer to {high:,.0f} million more people, by comparator and rule")
    ax.set_xlabel("year (1 July)")
    ax.set_ylabel("people (million)")
    ax.legend(frameon=False, fontsize=8, loc="upper left")
    alt = (
        f"A fan of {len(last)} paths from {start}, all starting at the same number of people. By {end} they reach from "
        f"{last['million'].min():.0f} to {last['million'].max():.0f} million; with births as estimated it is "
        f"{unchanged.total[-1] / 1000:.0f} million. The choice of place and rule decides even the sign of the difference."
    )
    table = last[["place", "rule", "million", "difference_million"]].round(0)
    return tell(ax, alt=alt, source=UN_SOURCE + "; counterfactuals are our own.", table=table)


def missing_girls_by_definition(births: pd.DataFrame, estimates: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Girls missing at birth, 1980-2020, by two definitions, beside two published estimates.

    births     rows of the table china_births
    estimates  rows of the table one_child_estimates
    """
    ax = ax or new_axes(9, 3.2)
    rows = births[births["year"].between(1980, 2019)]
    counts, ratio = rows["births_thousand"].to_numpy(float), rows["boys_per_100_girls"].to_numpy(float)
    own = {
        "boys born stay, girls join (1980-2019)": missing_girls(counts, ratio, held="boys").sum() / 1000,
        "births stay, divided anew (1980-2019)": missing_girls(counts, ratio, held="births").sum() / 1000,
    }
    chao = estimates[estimates["quantity"] == "missing female births"].iloc[0]
    cai = estimates[estimates["quantity"] == "girls truly missing after correction for hiding"].iloc[0]
    names = [*own, "Chao and others (1970-2017)", "Cai and Lavely (born 1980-2000)"]
    values = [*own.values(), float(chao["central"]), float(cai["central"])]
    ax.barh(names, values, color=[VERMILION, VERMILION, BLUE, SKY])
    ax.plot([chao["low"], chao["high"]], [2, 2], color=BLACK, linewidth=3)
    for place, value in enumerate(values):
        ax.text(value + (4.5 if place == 2 else 0.4), place, f"{value:.1f}", va="center")
    ax.invert_yaxis()
    ax.set_title(f"The same births give {values[0]:.0f} or {values[1]:.0f} million missing girls")
    ax.set_xlabel("girls missing (million; at birth, but Cai and Lavely: in the census)")
    ax.set_ylabel("definition or study")
    ax.set_xlim(0, 30)
    alt = (
        f"Four bars. With boys held, {values[0]:.1f} million girls are missing among the births of 1980-2019; with "
        f"births held, {values[1]:.1f} million. Chao and others give {values[2]:.1f} million (95% interval 8.5 to "
        f"15.8) for 1970-2017, Cai and Lavely {values[3]:.1f} million for those born 1980-2000."
    )
    table = pd.DataFrame({"definition or study": names, "million": np.round(values, 1)})
    return tell(ax, alt=alt, source=UN_SOURCE + "; own sums; studies as named, read as abstracts.", table=table)


def random_futures(result: Projection, published: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Random projections as a band with a few paths, beside the UN's interval for 2050.

    result     projection with scenarios, from simulate(china(), ..., Spread(since=2025))
    published  rows of the table china_projections
    """
    ax = ax or new_axes(8, 4)
    million = result.total / 1000
    low, middle, high = np.percentile(million, [10, 50, 90], axis=0)
    ax.fill_between(result.years, low, high, color=SKY, label="8 of 10 random paths (hypothetical spread)")
    ax.plot(result.years, million[:8].T, color=BLUE, linewidth=0.7)
    ax.plot(result.years, middle, color=BLACK, linewidth=2, label="middle path")
    un = published[(published["edition"] == "WPP 2024") & (published["year"] == 2050)].set_index("variant")
    bounds = [float(un["population_thousand"][f"80% interval, {end}"]) / 1000 for end in ("lower", "upper")]
    ax.errorbar(2051, sum(bounds) / 2, (bounds[1] - bounds[0]) / 2, color=VERMILION, capsize=5, label="UN, 80% interval for 2050")  # fmt: skip
    first = result.years.index(2025)
    ax.set_xlim(2010, 2053)
    ax.set_ylim(1150, 1450)
    ax.set_title(f"Doubt grows with time: by 2050, 8 of 10 random paths span {high[-1] - low[-1]:.0f} million people")
    ax.set_xlabel("year (1 July)")
    ax.set_ylabel("people (million)")
    ax.legend(frameon=False, fontsize=8, loc="lower left")
    alt = (
        f"A band that opens after 2025, where all paths stand at {middle[first]:.0f} million. In 2050 the middle path "
        f"is at {middle[-1]:.0f} million, 8 of 10 between {low[-1]:.0f} and {high[-1]:.0f}. The UN's own 80% interval "
        f"for 2050 is {bounds[0]:.0f} to {bounds[1]:.0f}. Our spread is hypothetical and leaves out deaths and moves."
    )
    table = pd.DataFrame(
        {"year": result.years, "10%": low.round(0), "middle": middle.round(0), "90%": high.round(0)}
    ).iloc[first:]
    return tell(ax, alt=alt, source=OWN_SOURCE + " Spread of fertility: hypothetical.", table=table)
