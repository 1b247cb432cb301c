"""What stands for and against a proposal, which checks does an evidence table pass, how far can one run miss?

`proposals_and_positions`, `evidence_checks` and `many_runs` are still figures; `many_runs_svg` is the picture that moves.
"""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import fill
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from tipcourse import data
from tipcourse.brief import FIELDS, Finding, sum_up
from tipcourse.figures import drawing
from tipcourse.figures.base import BLACK, BLUE, UNKNOWN, VERMILION, new_axes, tell

MARKS = {True: ("in order", BLUE), False: ("to be mended", VERMILION), None: ("does not apply", UNKNOWN)}


def proposals_and_positions(proposals: pd.DataFrame, positions: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """For each proposal, how many stated positions the course has read in its unit, by kind.

    proposals  rows of the table proposals; positions  rows of the table positions
    """
    ax = ax or new_axes(8, 4.2)
    counts = positions.groupby(["unit", "kind"]).size().unstack(fill_value=0)
    table = proposals[["title", "addressed_to", "unit"]].merge(counts, left_on="unit", right_index=True)
    table = table.sort_values("unit", ascending=False, kind="stable", ignore_index=True)
    places = np.arange(len(table))
    ax.barh(places, table["government"], color=BLUE, label="China's government")
    ax.barh(
        places, table["disagrees"], left=table["government"], color=VERMILION, hatch="//", label="others who disagree"
    )
    ax.set_yticks(places, [f"{row.title} (unit {row.unit})" for row in table.itertuples()], fontsize=8)
    ax.set_xlabel("stated positions read for the unit (count)")
    ax.set_ylabel("proposal")
    least = int((table["government"] + table["disagrees"]).min())
    ax.set_title(f"A brief on any proposal has at least {least} stated positions to answer", pad=24, x=0.35)
    ax.legend(ncols=2, loc="lower center", bbox_to_anchor=(0.4, 1.0), frameon=False, fontsize=8)
    said = "; ".join(f"{r.title}: {r.government} and {r.disagrees}" for r in table.iloc[::-1].itertuples())
    alt = f"One bar for each proposal: positions of China's government, then of others who disagree. {said}."
    return tell(ax, alt=alt, source=data.source_line("positions"), table=table.iloc[::-1])


def evidence_checks(findings: Sequence[Finding], ax: Axes | None = None) -> Axes:
    """A field for each check of each row of an evidence table: in order, to be mended, does not apply."""
    rows = sorted({finding.row for finding in findings})
    ax = ax or new_axes(8, 1.4 + 0.45 * max(1, len(rows)))
    for finding in findings:
        _, colour = MARKS[finding.met]
        place = rows.index(finding.row)
        style = ":" if finding.met is None else "-"
        ax.barh(place, 0.9, left=FIELDS.index(finding.field) - 0.45, color=colour, edgecolor=BLACK, linestyle=style)
        if finding.met is False:
            ax.text(FIELDS.index(finding.field), place, "mend", ha="center", va="center", fontsize=8, color=BLACK)
    ax.set_xticks(range(len(FIELDS)), FIELDS)
    ax.set_yticks(range(len(rows)), [f"row {row}" for row in rows])
    ax.invert_yaxis()
    wrong = [finding for finding in findings if finding.met is False]
    ax.set_title(f"{len(wrong)} of {len(findings)} checks ask for mending" if wrong else "Every check is in order")
    ax.set_xlabel("what is checked")
    ax.set_ylabel("row of the evidence table")
    told = pd.DataFrame([(f.row, f.field, MARKS[f.met][0], f.because) for f in findings])
    told.columns = pd.Index(["row", "check", "result", "because"])
    mend = "; ".join(f"row {f.row}, {f.field}: {f.because.rstrip('.')}" for f in wrong) or "nothing to mend"
    alt = f"A grid of {len(rows)} rows and {len(FIELDS)} checks. {mend}."
    return tell(ax, alt=alt, source="Source: the evidence table checked in this notebook", table=told)


def many_runs(values: Sequence[float], truth: float, what: str, ax: Axes | None = None) -> Axes:
    """Each run as a dot, their mean with its 95% interval, and the exact answer as a line.

    values  one number for each run, two or more
    truth   the exact answer, by the model's formula
    what    name of the number with its unit, for the axis
    """
    ax = ax or new_axes(8, 3.4)
    told = sum_up(values)
    mean = told.mean
    order = np.arange(1, len(values) + 1)
    ax.axhline(truth, color=BLACK, linestyle="--", linewidth=1, label="exact answer")
    ax.plot(order, values, "o", color=BLUE, markersize=5, label="one run")
    ax.errorbar(
        len(values) + 2, mean, yerr=told.high - mean, fmt="s", color=VERMILION, capsize=4, label="mean, 95% interval"
    )
    worst = max(abs(value - truth) for value in values) / truth
    ax.set_title(
        f"A single run misses by up to {100 * worst:.0f}%; the mean of {len(values)} by {100 * abs(mean - truth) / truth:.1f}%"
    )
    ax.set_xlabel("run (each with its own seed)")
    ax.set_ylabel(fill(what, 40))
    ax.legend(frameon=False, fontsize=8, loc="upper left", ncols=3)
    low, high = min(values), max(values)
    ax.set_ylim(low - 0.1 * (high - low), high + 0.35 * (high - low))
    alt = (
        f"{len(values)} dots between {low:.4f} and {high:.4f} around a dashed line at {truth:.4f}. Their mean is {mean:.4f} "
        f"with a 95% interval from {told.low:.4f} to {told.high:.4f}."
    )
    table = pd.DataFrame({"run": order, what: np.round(values, 5)})
    return tell(ax, alt=alt, source="Source: runs of the course's model; its parameters are hypothetical", table=table)


def many_runs_svg(values: Sequence[float], runs: int, truth: float, low: float, high: float) -> str:
    """The first so many runs as dots, the exact answer as a dashed line, the interval of the mean as a band.

    values     one number for each run; low, high  ends of the scale, the same for every picture
    """
    shown = values[:runs]
    told = sum_up(shown)
    top, bottom = min(told.high, high), max(told.low, low)  # the band of two runs may reach far beyond the scale
    y = lambda value: 190 - 170 * (value - low) / (high - low)  # noqa: E731
    dots = drawing.bars(((60 + 5.6 * i, y(value) - 2, 4, 4) for i, value in enumerate(shown)), drawing.INK)
    parts: list[Any] = [
        drawing.box(60, y(top), 570, max(1, y(bottom) - y(top)), "#56B4E966"),
        drawing.line(60, y(told.mean), 630, y(told.mean), BLUE),
        drawing.line(60, y(truth), 630, y(truth), dashes="4 3"),
        dots,
        drawing.words(4, y(truth) + 4, f"{truth:.2%}", 12),
        drawing.words(4, y(high) + 4, f"{high:.2%}", 12),
        drawing.words(4, y(low) + 4, f"{low:.2%}", 12),
        drawing.words(
            345,
            215,
            f"share in abusive jobs; {runs} runs; band: 95% interval of their mean; dashed: exact answer",
            12,
            "middle",
        ),
    ]
    label = (
        f"{runs} runs. Their mean is {told.mean:.2%}, with a 95% interval from {told.low:.2%} to {told.high:.2%}. "
        f"The exact answer is {truth:.2%}."
    )
    return drawing.picture(640, 225, label, parts)
