"""What do registration, its rules and the model of silence look like?

Tables and results in, Axes out (or one SVG for the live picture). Series are broken wherever a definition changes, so
that no line joins what was counted in two ways. Not here: any arithmetic beyond placing marks.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import numpy as np
import pandas as pd
import svg
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from tipcourse import data
from tipcourse.figures.base import BLACK, BLUE, SKY, UNKNOWN, VERMILION, YELLOW, new_axes, tell
from tipcourse.figures.drawing import INK, curve, line, picture, words
from tipcourse.hukou.gap import gap_table
from tipcourse.hukou.reforms import REFORMS, effect_points
from tipcourse.hukou.settlement import City, Person, settlement_policy
from tipcourse.hukou.silence import Shares, World, shares
from tipcourse.hukou.simulate import Run

MODEL_SOURCE = "Source: the course's own model; every parameter is hypothetical."
ACCESS_COLOURS = {"open": YELLOW, "conditions": SKY, "points": BLUE, "not known": UNKNOWN}
COUNT_STYLES = {
    "separated from registration": (BLACK, "o"),
    "floating population": (BLUE, "s"),
    "rural migrant workers": (VERMILION, "^"),
    "rural migrant workers away": (SKY, "v"),
}


def _numbers(column: pd.Series) -> np.ndarray:
    """A column as floats; an unknown becomes a hole in the line."""
    return column.to_numpy(dtype=float, na_value=np.nan)


def _pieces(ax: Axes, table: pd.DataFrame, column: str, by: str, label: str, colour: str, marker: str) -> None:
    """One line in as many pieces as there are ways of counting."""
    for number, (_, piece) in enumerate(table.dropna(subset=[column]).groupby(by, sort=False, dropna=False)):
        ax.plot(
            _numbers(piece["year"]), _numbers(piece[column]), color=colour, marker=marker, markersize=4,
            label=label if number == 0 else None,
        )  # fmt: skip


def two_shares(table: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Shares living and registered in cities by year, broken where a definition or a census base changes.

    table  hukou_shares
    """
    ax = ax or new_axes(8.5, 4.4)
    _pieces(ax, table, "urban_resident_pct", "residence_base", "live in a city or town", BLUE, "o")
    _pieces(ax, table, "urban_registered_pct", "registration_measure", "are registered there", VERMILION, "s")
    for year, why in (
        (1999.5, "2000 census"),
        (2009.5, "2010 census"),
        (2014.5, "new measure"),
        (2019.5, "2020 census"),
    ):
        ax.axvline(year, color="0.6", linewidth=0.8, linestyle=":")
        ax.text(year + 0.15, 3, why, rotation=90, fontsize=8, color="0.35", va="bottom")
    last = table.dropna(subset=["urban_registered_pct"]).iloc[-1]
    year, lives, listed = int(last["year"]), float(last["urban_resident_pct"]), float(last["urban_registered_pct"])
    ax.annotate("", (year, lives), (year, listed), arrowprops={"arrowstyle": "<->", "color": BLACK})
    ax.text(year + 0.4, (lives + listed) / 2, f"{lives - listed:.1f}\npoints", fontsize=9, va="center")
    ax.set(
        title=f"Living in cities and being registered there: {lives - listed:.1f} points apart in {year}",
        xlabel="year", ylabel="share of the population (percent)", ylim=(0, 75), xlim=(1979, 2027),
    )  # fmt: skip
    ax.legend(loc="upper left", frameon=False)
    alt = (
        "Two lines from 1980 to 2024. The share of people living in cities and towns rises from 19.4 percent in 1980 "
        "to 67.0 percent in 2024. The share registered there is known from 2001 (26.7 percent) to 2023 (48.3 percent). "
        f"In {year} they stand {lives - listed:.1f} percentage points apart. The lines are broken at the censuses of "
        "2000, 2010 and 2020, and where the measure of registration changes between 2012 and 2015."
    )
    shown = table[["year", "urban_resident_pct", "urban_registered_pct", "residence_base", "registration_measure"]]
    return tell(ax, alt=alt, source=data.source_line("hukou_shares"), table=shown)


def gap_by_definition(table: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """The gap in percentage points, one colour and one line for each definition.

    table  hukou_shares
    """
    ax = ax or new_axes(8.5, 4)
    gaps = gap_table(table)
    looks = zip((BLUE, VERMILION, "0.4", BLACK, SKY), ("o", "s", "x", "^", "D"), strict=True)
    for (definition, piece), (colour, marker) in zip(gaps.groupby("definition", sort=False), looks, strict=True):
        name = "2014: measure not known" if definition == "not known" else str(definition)
        ax.plot(piece["year"], piece["gap_points"], color=colour, marker=marker, label=name)
    ax.set(
        title="The largest jumps of the gap sit where the definition changes",
        xlabel="year", ylabel="gap (percentage points)", ylim=(0, 21), xlim=(2000, 2024),
    )  # fmt: skip
    ax.set_xticks(range(2000, 2025, 4))
    ax.legend(loc="lower right", fontsize=8, frameon=False)
    alt = (
        "The gap between living and being registered in cities, 2001 to 2023, in five separate pieces. 2001 to 2009: 11.0 "
        "to 12.8 percentage points. 2010 to 2012: 15.5 to 17.3. The single year 2014: 18.9, measure not known. 2015 to "
        "2019: level at 16.2. 2020 to 2023: falling from 18.5 to 17.9. The jumps lie between the pieces."
    )
    return tell(ax, alt=alt, source=data.source_line("hukou_shares"), table=gaps.round(2))


def four_counts(counts: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Four ways of counting people away from their registration; every value a mark, lines only within one base.

    counts  hukou_counts
    """
    ax = ax or new_axes(8.5, 4.4)
    for measure, (colour, marker) in COUNT_STYLES.items():
        rows = counts[counts["measure"] == measure]
        joined = rows[rows["year"] >= 2008]
        _pieces(ax, joined, "people_million", "census_base", measure, colour, marker)
        early = rows[rows["year"] < 2008]
        ax.plot(
            _numbers(early["year"]), _numbers(early["people_million"]), color=colour, marker=marker, linestyle="none"
        )
    ax.axvline(2019.5, color="0.6", linestyle=":", linewidth=0.8)
    ax.text(2019.35, 20, "2020 census", rotation=90, fontsize=8, color="0.35", va="bottom", ha="right")
    ax.set(
        title="In 2020 the answer lies between 170 and 493 million, by who is counted",
        xlabel="year", ylabel="people (million)", ylim=(0, 540), xlim=(1999, 2025),
    )  # fmt: skip
    ax.legend(loc="upper left", frameon=False, fontsize=9)
    alt = (
        "Four counts by year, 2000 to 2024. In 2020: 492.8 million separated from registration, 375.8 million floating "
        "population, 285.6 million rural migrant workers, 169.6 million of them away from the home township. The first two "
        "jump between 2019 or 2017 and the census of 2020; the worker survey does not. For 2000 three definitions of "
        "floating population give 79, 121 and 144 million."
    )
    shown = counts[["measure", "year", "people_million", "definition", "basis"]]
    return tell(ax, alt=alt, source=data.source_line("hukou_counts"), table=shown)


def contract_shares(evidence: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Share of rural migrant workers with a written contract, one line for each group that was asked.

    evidence  hukou_evidence
    """
    ax = ax or new_axes(8, 3.6)
    rows = evidence[evidence["topic"] == "written contract"]
    looks = zip((BLUE, BLACK, VERMILION), ("o", "s", "^"), strict=True)
    for (group, piece), (colour, marker) in zip(rows.groupby("people", sort=False), looks, strict=True):
        ax.plot(piece["year"].astype(int), _numbers(piece["value"]), color=colour, marker=marker, label=str(group))
    ax.set(
        title="Fewer than half had a written contract, and the share fell", xlabel="year",
        ylabel="with a written contract (percent)", ylim=(0, 60), xlim=(2011.7, 2016.3),
    )  # fmt: skip
    ax.set_xticks(range(2012, 2017))
    ax.legend(loc="lower left", frameon=False, fontsize=9)
    alt = (
        "Share of rural migrant workers with a written contract. Workers away from the home township: 43.9 percent in 2012, "
        "38.2 in 2016. All rural migrant workers: 38.0 in 2014, 35.1 in 2016. Workers near home: 33.3 in 2014, 31.4 in 2016."
    )
    return tell(
        ax, alt=alt, source=data.source_line("hukou_evidence"), table=rows[["people", "year", "value", "source"]]
    )


def settlement_grid(days: Sequence[dt.date], sizes_million: Sequence[float], ax: Axes | None = None) -> Axes:
    """What guidance said on each day (columns) for a city of each size (rows): open, conditions or points.

    days           days from 24 July 2014 on
    sizes_million  people in the urban district, million
    """
    ax = ax or new_axes(1.8 + 1.35 * len(days), 1.3 + 0.5 * len(sizes_million))
    rows = []
    for row, size in enumerate(sizes_million):
        for column, day in enumerate(days):
            access = settlement_policy(City(size), Person(), day).access
            rows.append((f"{size:g} million", day.isoformat(), access))
            ax.add_patch(
                Rectangle(
                    (column - 0.5, row - 0.5), 1, 1, facecolor=ACCESS_COLOURS[access], edgecolor="white", linewidth=2
                )
            )
            colour = "white" if access == "points" else "black"
            ax.text(column, row, access, ha="center", va="center", color=colour, fontsize=9)
    ax.set(
        title="National guidance opened the smaller cities; above 5 million points remain",
        xlabel="day asked about", ylabel="people in the urban district (million)",
        xlim=(-0.5, len(days) - 0.5), ylim=(-0.5, len(sizes_million) - 0.5),
    )  # fmt: skip
    ax.set_xticks(range(len(days)), [day.isoformat() for day in days], fontsize=9)
    ax.set_yticks(range(len(sizes_million)), [f"{size:g}" for size in sizes_million])
    ax.tick_params(length=0)
    shown = pd.DataFrame(rows, columns=["city", "day", "guidance"]).pivot(
        index="city", columns="day", values="guidance"
    )
    shown = shown.loc[[f"{size:g} million" for size in sizes_million]].reset_index().rename_axis(columns=None)
    told = "; ".join(
        f"{line['city']}: " + ", ".join(str(line[day.isoformat()]) for day in days) for _, line in shown.iterrows()
    )
    alt = f"A grid of city sizes by days ({', '.join(day.isoformat() for day in days)}). {told}."
    return tell(
        ax, alt=alt, source="Source: national documents cited in tipcourse/hukou/rules/settlement.yaml.", table=shown
    )


def crowd_and_formula(run: Run, expected: Shares, ax: Axes | None = None) -> Axes:
    """One random crowd with bars of two standard errors, and the formula's line."""
    ax = ax or new_axes(8, 3.8)
    years = np.arange(len(run.share))
    ax.errorbar(
        years, 100 * run.share, yerr=200 * run.standard_error, fmt="o", markersize=3, color=BLACK, elinewidth=0.8,
        label=f"one run of {run.workers:,} workers, bars of 2 standard errors",
    )  # fmt: skip
    ax.plot(years, 100 * expected.everyone, color=VERMILION, label="closed form")
    ax.set(
        title="A random crowd scatters around the closed form", xlabel="years since the start",
        ylabel="workers in abusive jobs\n(percent, hypothetical)", xlim=(0, len(years) - 0.5), ylim=(0, None),
    )  # fmt: skip
    ax.legend(loc="lower right", frameon=False)
    inside = float(np.mean(np.abs(run.share - expected.everyone)[1:] <= 2 * run.standard_error[1:]))
    alt = (
        f"The share of {run.workers:,} simulated workers in abusive jobs rises from 0 to {100 * run.share[-1]:.1f} percent in "
        f"{len(years) - 1} years; the closed form ends at {100 * expected.everyone[-1]:.1f} percent. The formula lies inside "
        f"the bars of two standard errors in {inside:.0%} of the years."
    )
    shown = pd.DataFrame({"year": years, "crowd_pct": 100 * run.share, "standard_error_pct": 100 * run.standard_error,
                          "closed_form_pct": 100 * expected.everyone}).round(3)  # fmt: skip
    return tell(ax, alt=alt, source=MODEL_SOURCE, table=shown)


def reforms_in_two_worlds(silence: World, sorting: World, ax: Axes | None = None) -> Axes:
    """What each reform does in a world of silence and in a world of sorting that has the same shares."""
    ax = ax or new_axes(8, 3.8)
    names = [reform.name for reform in REFORMS]
    rows = []
    for shift, label, world, colour, hatch in (
        (-0.2, "silence", silence, BLUE, ""),
        (0.2, "sorting", sorting, YELLOW, "//"),
    ):
        effects = [effect_points(world, reform) + 0.0 for reform in REFORMS]
        ax.bar(
            np.arange(len(names)) + shift,
            effects,
            0.38,
            color=colour,
            hatch=hatch,
            edgecolor="black",
            label=f"world of {label}",
        )
        rows += [(name, label, round(effect, 2)) for name, effect in zip(names, effects, strict=True)]
        for place, effect in enumerate(effects):
            ax.text(place + shift, effect - 0.04, f"{effect:.2f}".replace("-", "−"), ha="center", va="top", fontsize=9)
    ax.axhline(0, color="black", linewidth=0.8)
    ax.set_xticks(range(len(names)), names)
    ax.set(
        title="Two worlds with the same shares, and a permit that helps in only one",
        xlabel="reform (hypothetical)", ylabel="change in working years\nin abusive jobs (percentage points)",
        ylim=(1.15 * min(effect for _, _, effect in rows), 0.05),
    )  # fmt: skip
    ax.legend(loc="lower left", frameon=False)
    shown = pd.DataFrame(rows, columns=["reform", "world", "change_points"])
    alt = "Bars of the change that four reforms make in two hypothetical worlds, in percentage points. " + "; ".join(
        f"{name} {effect:+.2f} in the world of {label}" for name, label, effect in rows
    )
    return tell(ax, alt=alt + ".", source=MODEL_SOURCE, table=shown)


def sensitivity_bars(table: pd.DataFrame, reform: str, ax: Axes | None = None) -> Axes:
    """How far a reform's effect moves when one assumption at a time is changed.

    table   as tipcourse.hukou.sensitivity gives it
    reform  its name, for the title
    """
    ax = ax or new_axes(8, 3.8)
    places = np.arange(len(table))[::-1]
    names = [str(name).replace("_", " ") for name in table["parameter"]]
    base = float(table["base_points"].iloc[0])
    for column, label, colour, hatch in (
        ("low_points", "assumption lowered", YELLOW, "//"),
        ("high_points", "assumption raised", BLUE, ""),
    ):
        width = table[column] - base
        ax.barh(places, width, 0.6, left=base, color=colour, hatch=hatch, edgecolor="black", label=label)
    ax.axvline(base, color="black", linewidth=1)
    ax.set_yticks(places, names)
    ax.set(
        title=f"The effect of '{reform}' rests most on: {names[0]}",
        xlabel="change in working years in abusive jobs (percentage points)", ylabel="assumption",
    )  # fmt: skip
    ax.legend(loc="best", frameon=False)
    ranges = zip(names, table["low_points"], table["high_points"], strict=True)
    alt = f"Effect of the reform '{reform}' when one assumption is lowered or raised, widest range first. " + "; ".join(
        f"{name}: {low:.2f} to {high:.2f}" for name, low, high in ranges
    )
    return tell(ax, alt=alt + ".", source=MODEL_SOURCE, table=table.round(2))


def scenario_svg(before: World, after: World, years: int = 40, top_pct: float = 15) -> str:
    """The live picture: expected share in abusive jobs by year, before and after a change, as SVG.

    top_pct  top of the axis in percent; a higher share is drawn at the top and said in the label
    """
    left, right, base, height = 46, 560, 250, 220
    lines = []
    ends = []
    for world, colour, width in ((before, INK, 2.0), (after, BLUE, 3.0)):
        share = 100 * shares(world, years).everyone
        points = [
            (left + (right - left) * year / years, base - height * min(pct, top_pct) / top_pct)
            for year, pct in enumerate(share)
        ]
        lines.append(curve(points, colour, width))
        ends.append(float(share[-1]))
    grid: list[svg.Element] = []
    for pct in range(0, int(top_pct) + 1, 5):
        y = base - height * pct / top_pct
        grid += [line(left, y, right, y, "#999999", "2 4"), words(left - 6, y + 4, f"{pct}%", 12, "end")]
    for year in range(0, years + 1, 10):
        grid.append(words(left + (right - left) * year / years, base + 18, str(year), 12, "middle"))
    gap = 16 if abs(ends[0] - ends[1]) / top_pct * height < 16 else 0
    heights = [base - height * min(end, top_pct) / top_pct + 4 for end in ends]
    up = gap / 2 if heights[0] <= heights[1] else -gap / 2
    text = [
        words((left + right) / 2, base + 36, "years since the start", 12, "middle"),
        words(left, 18, "workers in abusive jobs (percent; all numbers hypothetical)", 13),
        words(right + 6, heights[0] - up, f"{ends[0]:.1f}% before", 13),
        words(right + 6, heights[1] + up, f"{ends[1]:.1f}% after", 13),
    ]
    label = (
        f"Share of workers in abusive jobs over {years} years. Before the change it ends at {ends[0]:.1f} percent, "
        f"after it at {ends[1]:.1f} percent. All numbers are hypothetical."
    )
    return picture(680, 296, label, [*grid, *lines, *text])
