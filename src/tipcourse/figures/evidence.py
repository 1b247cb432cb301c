"""What do counts of enforcement, overlapping lists and DNA matches look like, and how far do they carry?

Still figures of unit 5. The picture that moves is in `figures/overlap.py`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import prod

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import date2num

from tipcourse import data
from tipcourse.evidence import dna, dnasearch, intervals, manylists, sanction
from tipcourse.evidence.recapture import log_interval
from tipcourse.figures.base import BLACK, BLUE, RUST, SKY, VERMILION, new_axes, tell

BASKETS = {
    "court-narrow": ("court: one narrow offence", BLUE, "o"),
    "tip-2017": ("TIP Report 2017", VERMILION, "s"),
    "tip-2020": ("TIP Report 2020", BLACK, "D"),
}

UK_LISTS = (
    "Source: UK lists of 2013 as in Silverman 2014 (Home Office); estimates computed here from table list_overlaps."
)


def convictions_by_basket(counts: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """People convicted a year, one line for each basket; baskets are never joined.

    counts  the table enforcement_counts
    """
    ax = ax or new_axes(8, 4)
    rows = counts[(counts["measure"] == "convicted") & counts["basket"].isin(BASKETS)].sort_values("year")
    for basket, (label, colour, mark) in BASKETS.items():
        one = rows[rows["basket"] == basket]
        years, values = one["year"].astype(int).tolist(), one["value"].astype(float).tolist()
        gaps = ":" if np.diff(years).max() > 1 else "-"  # dotted: the years between are not known
        ax.plot(years, values, mark + gaps, color=colour, label=label, linewidth=1.5)
        for year, value in zip(years, values, strict=True):
            below = year == 2018  # the lowest point of its line: a label above would cross it
            ax.annotate(
                f"{value:,.0f}", (year, value), xytext=(0, -16 if below else 8), textcoords="offset points",
                ha="center", fontsize=9,
            )  # fmt: skip
    ax.set_ylim(0, 4200)
    ax.set_xlim(2009.5, 2019.7)
    ax.set_xticks(range(2010, 2020))
    ax.yaxis.set_major_formatter(lambda y, _: f"{y:,.0f}")
    ax.set_xlabel("year that the count is about (dotted: years between not known)")
    ax.set_ylabel("people convicted (count)")
    ax.set_title("Three baskets of convictions: compare only within one line")
    ax.legend(loc="upper right", frameon=False)
    alt = (
        "Three separate lines of people convicted. The court's narrow offence falls from 3,631 in 2010 to 1,362 in 2015. "
        "The TIP Report of 2017 gives 2,076 for 2015 and 1,756 for 2016. The TIP Report of 2020 gives 1,556 for 2017, "
        "1,252 for 2018 and 2,355 for 2019. For 2015 two baskets give two numbers, 1,362 and 2,076."
    )
    table = rows[["basket", "year", "value", "confidence"]]
    return tell(ax, alt=alt, source=data.source_line("enforcement_counts"), table=table)


def chain_steps(made: sanction.Chain, offences: int = 1000, ax: Axes | None = None) -> Axes:
    """How many of so many offences are left after each step of a chain of sanction (made-up shares)."""
    ax = ax or new_axes(8, 3)
    left = [float(offences)]
    for _, share in made.steps:
        left.append(left[-1] * share)
    names = ["offences", *(name for name, _ in made.steps)]
    ax.barh(names, left, color=[SKY] + [BLUE] * len(made.steps))
    for place, value in enumerate(left):
        ax.annotate(f"{value:,.0f}", (value, place), xytext=(5, -4), textcoords="offset points")
    ax.invert_yaxis()
    ax.set_xlim(0, offences * 1.1)
    ax.set_xlabel(f"cases left, out of {offences:,} offences (hypothetical)")
    ax.set_ylabel("step")
    weakest = min(made.steps, key=lambda step: step[1])
    ax.set_title(f"Most is lost at '{weakest[0]}': {made.expected_years:.2f} years to expect for one offence")
    told = ", ".join(f"{name} {value:,.0f}" for name, value in zip(names, left, strict=True))
    alt = f"Bars of cases left after each step: {told}. All shares are hypothetical."
    table = pd.DataFrame({"step": names, "cases left": left})
    return tell(ax, alt=alt, source="Source: made up here; no such shares are known for China.", table=table)


def dna_matches(counts: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Children matched through the DNA data base, as running totals by the day of the report.

    counts  the table enforcement_counts
    """
    ax = ax or new_axes(8, 3.6)
    rows = counts[(counts["basket"] == "dna") & (counts["measure"] == "matches")].sort_values("last_day")
    days, values = date2num(rows["last_day"].tolist()), rows["value"].astype(float).tolist()
    ax.plot(days, values, "o", color=BLUE)
    ax.vlines(days, 0, values, color=BLUE, linewidth=1)
    for day, value in zip(days, values, strict=True):
        ax.annotate(f"{value:,.0f}", (day, value), xytext=(-4, 7), textcoords="offset points", ha="right", fontsize=9)
    ax.xaxis_date()
    ax.yaxis.set_major_formatter(lambda y, _: f"{y:,.0f}")
    ax.set_ylim(0, 12_500)
    ax.set_xlim(days[0] - 500, days[-1] + 300)
    ax.set_xlabel("day of the report")
    ax.set_ylabel("children matched since 2009 (count)")
    ax.set_title("A running total can only grow: it shows use, not a trend in crime")
    told = "; ".join(f"{v:,.0f} by {d:%d %B %Y}" for d, v in zip(rows["last_day"], values, strict=True))
    alt = f"Five points of a running total: {told}. Nothing is known about the days between, so no line joins them."
    table = rows[["last_day", "value", "confidence", "note"]]
    return tell(ax, alt=alt, source=data.source_line("enforcement_counts"), table=table)


def interval_ladder(cases: int, total: int, ax: Axes | None = None) -> Axes:
    """The same share with three intervals of 95%, and the region below zero that no share can reach."""
    ax = ax or new_axes(8, 2.8)
    found = [method(cases, total) for method in (intervals.wald, intervals.wilson, intervals.clopper_pearson)]
    for place, it in enumerate(found):
        ax.plot([100 * it.low, 100 * it.high], [place, place], color=BLUE, linewidth=3, solid_capstyle="butt")
        ax.plot(100 * it.share, place, "o", color=BLACK)
        words = f"{100 * it.low:.1f} to {100 * it.high:.1f}"
        ax.annotate(words, (100 * it.high, place), xytext=(8, -4), textcoords="offset points", fontsize=9)
    left = min(-2.0, *(100 * it.low - 1 for it in found))
    ax.axvspan(left, 0, color="0.9")
    ax.annotate("impossible", (left, 2.35), xytext=(4, 0), textcoords="offset points", fontsize=9)
    ax.set_xlim(left, max(100 * it.high for it in found) * 1.25 + 1)
    ax.set_ylim(-0.6, 2.7)
    ax.set_yticks(range(3), [it.method for it in found])
    ax.set_ylabel("method")
    ax.set_xlabel("share reunited (percent)")
    end = ": the textbook interval (Wald) runs below zero" if found[0].low < 0 else ""
    ax.set_title(f"{cases} of {total} is {100 * cases / total:.0f}%, give or take{end}")
    told = "; ".join(f"{it.method} {100 * it.low:.1f} to {100 * it.high:.1f} percent" for it in found)
    table = pd.DataFrame(
        [[it.method, it.low, it.share, it.high] for it in found], columns=["method", "low", "share", "high"]
    )
    source = "Source: commission page, entry of 24 November 2009; intervals computed here."
    return tell(
        ax, alt=f"Three bars around {100 * cases / total:.0f} percent: {told}.", source=source, table=table.round(4)
    )


def pair_estimates(
    overlaps: pd.DataFrame, dataset: str, published: tuple[float, float], ax: Axes | None = None
) -> Axes:
    """Chapman's estimate from each pair of lists, smallest first, beside the published range.

    overlaps   the table list_overlaps; dataset: one of its two UK data sets
    published  low and high of the published range, persons
    """
    ax = ax or new_axes(8, 5)
    table = manylists.from_frame(overlaps, dataset)
    rows = sorted(
        ((pair, log_interval(table.pair(*pair.split(":")))) for pair in table.pairs()), key=lambda r: r[1].total
    )
    ax.axvspan(*published, color=SKY, alpha=0.5, label=f"published range, {published[0]:,.0f} to {published[1]:,.0f}")
    for place, (_, it) in enumerate(rows):
        ax.plot([it.low, it.high], [place, place], color=BLUE, linewidth=2)
        ax.plot(it.total, place, "o", color=BLACK, markersize=5)
    ax.set_xscale("log")
    ax.set_xticks(
        [1000, 3000, 10_000, 30_000, 100_000, 300_000], ["1,000", "3,000", "10,000", "30,000", "100,000", "300,000"]
    )
    ax.minorticks_off()
    ax.set_yticks(range(len(rows)), [pair.replace(":", " and ") for pair, _ in rows], fontsize=8)
    ax.set_ylabel("pair of lists")
    ax.set_xlabel("estimated number of potential victims (persons, log scale)")
    low, high = rows[0], rows[-1]
    ax.set_title(f"One table, {len(rows)} two-list answers: from {low[1].total:,.0f} to {high[1].total:,.0f}")
    ax.legend(loc="lower right", frameon=False)
    alt = (
        f"{len(rows)} estimates with 95% intervals on a log scale. The smallest is {low[1].total:,.0f} "
        f"({low[0].replace(':', ' and ')}), the largest {high[1].total:,.0f} ({high[0].replace(':', ' and ')}). "
        f"The published range is {published[0]:,.0f} to {published[1]:,.0f}; few pairs fall inside it."
    )
    told = pd.DataFrame([[p, it.total, it.low, it.high] for p, it in rows], columns=["pair", "estimate", "low", "high"])
    return tell(ax, alt=alt, source=UK_LISTS, table=told.round(0))


def model_spread(fits: Sequence[manylists.Fit], published: tuple[float, float], ax: Axes | None = None) -> Axes:
    """How the estimate spreads over models fitted to one table, with the models that AIC and BIC choose."""
    ax = ax or new_axes(8, 3.8)
    totals = np.array([it.estimate.total for it in fits])
    best = {"lowest AIC": min(fits, key=lambda it: it.aic), "lowest BIC": min(fits, key=lambda it: it.bic)}
    ax.axvspan(*published, color=SKY, alpha=0.5, label="published range")
    heights, _, _ = ax.hist(totals, bins=np.arange(5000, 31_000, 1000).tolist(), color=BLUE)
    top = float(np.max(np.asarray(heights)))
    for number, (name, it) in enumerate(best.items()):
        colour, words = (VERMILION, BLACK)[number], f"{name}: {it.estimate.total:,.0f}"
        ax.axvline(it.estimate.total, color=colour, linewidth=2, linestyle=("-", "--")[number])
        ax.annotate(words, (it.estimate.total, top * 1.08), xytext=(5, 0), textcoords="offset points",
                    color=(RUST, BLACK)[number])  # fmt: skip
    ax.set_ylim(0, top * 1.2)
    ax.xaxis.set_major_formatter(lambda x, _: f"{x:,.0f}")
    ax.set_xlabel("estimated number of potential victims (persons)")
    ax.set_ylabel("models (count)")
    ax.set_title(f"The same five lists, {len(fits)} models: the choice of model moves the answer twofold")
    ax.legend(loc="center right", frameon=False)
    told = ", ".join(f"{name} {it.estimate.total:,.0f}" for name, it in best.items())
    alt = (
        f"Histogram of {len(fits)} estimates from one table: the middle half lies between {np.percentile(totals, 25):,.0f} "
        f"and {np.percentile(totals, 75):,.0f}, the extremes are {totals.min():,.0f} and {totals.max():,.0f}; {told}."
    )
    table = pd.DataFrame(
        [
            [name, ", ".join(it.terms), it.estimate.total, it.estimate.low, it.estimate.high]
            for name, it in best.items()
        ],
        columns=["chosen by", "pairs that may depend", "estimate", "low", "high"],
    )
    return tell(ax, alt=alt, source=UK_LISTS, table=table.round(0))


def chance_matches(freqs: Mapping[str, Mapping[str, float]], ax: Axes | None = None) -> Axes:
    """Chance fits to expect as both collections grow: one parent with 10 or 16 loci, and both parents with 16."""
    ax = ax or new_axes(8, 4.2)
    ten = [freqs[locus] for locus in dna.SGM_PLUS]
    lines = {
        "one parent, 10 loci": (prod(map(dnasearch.fits_by_chance_duo, ten)), VERMILION, "-"),
        "one parent, 16 loci": (prod(map(dnasearch.fits_by_chance_duo, freqs.values())), BLUE, "--"),
        "both parents, 16 loci": (prod(map(dnasearch.fits_by_chance_couple, freqs.values())), BLACK, ":"),
    }
    sizes = [100, 1000, 10_000, 100_000]
    rows = []
    for name, (chance, colour, dashes) in lines.items():
        expected = [dnasearch.expected_chance_matches(size, size, chance) for size in sizes]
        ax.plot(sizes, expected, color=colour, linestyle=dashes, marker="o", label=name)
        rows += [[name, size, it] for size, it in zip(sizes, expected, strict=True)]
    ax.axhline(1, color="0.5", linewidth=1)
    ax.annotate(
        "one chance fit to expect", (100_000, 1), xytext=(0, -12), textcoords="offset points", fontsize=9, ha="right"
    )
    ax.set_xscale("log")
    ax.set_yscale("log")
    ax.set_ylim(1e-5, 1e9)
    ax.set_xticks(sizes, [f"{size:,}" for size in sizes])
    ax.minorticks_off()
    ax.set_xlabel("children, and as many adults or couples (persons, log scale)")
    ax.set_ylabel("chance fits to expect (count, log scale)")
    ax.set_title("Ten times the people, a hundred times the chance fits")
    ax.legend(frameon=False, loc="upper left")
    at = {name: dnasearch.expected_chance_matches(10_000, 10_000, chance) for name, (chance, _, _) in lines.items()}
    told = "; ".join(f"{name} {value:,.3g}" for name, value in at.items())
    alt = f"Three rising lines on log scales. With 10,000 children and 10,000 adults, chance fits to expect: {told}."
    table = pd.DataFrame(rows, columns=["search", "children and adults each", "expected chance fits"])
    return tell(ax, alt=alt, source=data.source_line("str_alleles") + " Sizes are hypothetical.", table=table)
