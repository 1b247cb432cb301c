"""How do forced labour, refuge and remedy look: readings, systems, counts, and the chain that loses people?

Results and tables in, Axes out; `chain_svg` is the picture that moves. Not here: any figure of how many people were
held or returned in all. The tables carry only ranges, and say why.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import date2num
from matplotlib.patches import Rectangle
from matplotlib.ticker import FuncFormatter

from tipcourse import data
from tipcourse.figures import drawing
from tipcourse.figures.base import BLACK, BLUE, RUST, SKY, UNKNOWN, VERMILION, new_axes, tell
from tipcourse.findings import WORDS, any_met
from tipcourse.remedy import chain as chains
from tipcourse.remedy.c29 import Reading, forced_labour

HYPOTHETICAL = "Source: hypothetical shares, chosen for teaching and measured by nobody."
LAST_READ = dt.date(2025, 4, 19)  # the day of the copy of the statutes; what stood then is drawn up to it
COLUMNS = ("work\ntaken", "penalty\nhangs over", "no free\noffer", "an exception\napplies", "forced\nlabour")


def readings_matrix(readings: Mapping[str, Reading], ax: Axes | None = None) -> Axes:
    """Each reading's answers to the parts of the C29 test, and the result, as a grid of words.

    readings  name -> Reading, as tipcourse.remedy.readings() gives them
    """
    ax = ax or new_axes(9, 0.45 * len(readings) + 1.4)
    colours: dict[bool | None, str] = {True: BLUE, False: SKY, None: UNKNOWN}
    rows = []
    for place, reading in enumerate(readings.values()):
        ruling = forced_labour(reading.facts)
        answers = [finding.met for finding in ruling.elements]
        answers += [any_met(finding.met for finding in ruling.exceptions), ruling.forced]
        for column, answer in enumerate(answers):
            style = ":" if answer is None else "-"
            ax.add_patch(Rectangle((column - 0.46, place - 0.42), 0.92, 0.84, facecolor=colours[answer],
                                   edgecolor=BLACK, linestyle=style, linewidth=2 if column == 4 else 0.8))  # fmt: skip
            ink = "white" if answer else BLACK
            ax.text(column, place, WORDS[answer], ha="center", va="center", color=ink, fontsize=8)
        names = [name.replace("\n", " ") for name in COLUMNS]
        rows.append({"reading": reading.title} | {n: WORDS[a] for n, a in zip(names, answers, strict=True)})
    ax.set_xlim(-0.5, len(COLUMNS) - 0.5)
    ax.set_ylim(len(readings) - 0.4, -0.6)
    ax.set_xticks(range(len(COLUMNS)), COLUMNS, fontsize=8)
    ax.set_yticks(range(len(readings)), [reading.title for reading in readings.values()], fontsize=8)
    ax.set_xlabel("part of the test in C29 article 2")
    ax.set_ylabel("situation, as one side reads it")
    ax.set_title("One test, three answers: readers part on facts, not on law")
    table = pd.DataFrame(rows)
    said = "; ".join(f"{row['reading']}: {row['forced labour']}" for row in rows)
    alt = f"A grid of yes, no and not known for each part of the test. Result of each reading: {said}."
    return tell(ax, alt=alt, source="Source: tipcourse.remedy.readings(), each row one side's account", table=table)


def detention_spans(systems: pd.DataFrame, bound_from: dt.date, ax: Axes | None = None) -> Axes:
    """When each system of detention without a court stood, beside the day from which C29 binds.

    systems     rows of the table detention_systems
    bound_from  first day on which Convention 29 binds China
    """
    ax = ax or new_axes(8.5, 3.4)
    ordered = systems.assign(start=_starts(systems)).sort_values("start", ignore_index=True)
    rows: list[dict[Any, Any]] = ordered.to_dict("records")
    ended = 0
    for place, row in enumerate(rows):
        still = pd.isna(row["last_day"])
        left, right = date2num(row["start"]), date2num(LAST_READ if still else row["last_day"])
        ax.barh(place, right - left, left=left, height=0.5, color=BLUE if still else SKY, edgecolor=BLACK)
        if pd.isna(row["first_day"]):
            ax.text(left, place, "first day not known  ", ha="right", va="center", fontsize=8)
        if still:
            ax.text(left, place, "in force when last read  ", ha="right", va="center", fontsize=8)
        ended += int(not still and row["last_day"] < bound_from)
    ax.xaxis_date()
    ax.axvline(float(date2num(bound_from)), color=VERMILION, linewidth=2)
    ax.text(float(date2num(bound_from)), -0.75, f"C29 binds from {bound_from.day} {bound_from:%B %Y} ", ha="right",
            color=RUST, fontsize=9)  # fmt: skip
    ax.set_yticks(range(len(rows)), [row["system"] for row in rows])
    ax.set_ylim(len(rows) - 0.4, -1.1)
    ax.set_xlim(float(date2num(dt.date(1950, 1, 1))), float(date2num(dt.date(2028, 1, 1))))
    ax.set_xlabel("year")
    ax.set_ylabel("system of detention")
    ax.set_title(f"{ended} of {len(rows)} systems had ended before C29 bound China")
    table = ordered[["system", "first_day", "last_day", "decided_by", "longest_years"]]
    said = "; ".join(
        f"{row['system']} to {'the last reading' if pd.isna(row['last_day']) else row['last_day']}" for row in rows
    )
    alt = f"Bars for four systems: {said}. A line marks {bound_from}, when Convention 29 began to bind China."
    return tell(ax, alt=alt, source=data.source_line("detention_systems"), table=table)


def _starts(systems: pd.DataFrame) -> list[dt.date]:
    """First day, or the first of the year by which sources show a system at work."""
    rows: list[dict[Any, Any]] = systems.to_dict("records")
    return [dt.date(row["operating_by"], 1, 1) if pd.isna(row["first_day"]) else row["first_day"] for row in rows]


def crackdown_counts(counts: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Published counts of people reached by the 709 crackdown, by day of the count; open marks are 'at least'.

    counts  rows of the table crackdown_counts
    """
    ax = ax or new_axes(8.5, 3.4)
    rows: list[dict[Any, Any]] = counts.sort_values("as_of").to_dict("records")
    for place, row in enumerate(rows):
        low, only_least = int(row["at_least"]), pd.isna(row["at_most"])
        high = low if only_least else int(row["at_most"])
        ax.plot([low, high], [place, place], color=BLUE, linewidth=5, solid_capstyle="butt")
        ax.plot(low, place, ">" if only_least else "o", color=BLUE, markersize=9,
                markerfacecolor=UNKNOWN if only_least else BLUE)  # fmt: skip
        text = f"at least {low}" if only_least else (f"{low}-{high}" if high > low else f"about {low}")
        ax.text(high + 8, place, text, va="center", fontsize=9)
    ax.set_yticks(range(len(rows)), [f"{row['by']}, {row['as_of']:%b %Y}" for row in rows], fontsize=8)
    ax.set_ylim(len(rows) - 0.4, -0.6)
    ax.set_xlim(0, 360)
    ax.set_xlabel("people counted (persons)")
    ax.set_ylabel("who counted, and when")
    ax.set_title("Counts of the 709 crackdown differ by date and by who is counted", loc="right")
    said = "; ".join(f"{row['by']} {row['as_of']:%B %Y}: at least {row['at_least']}" for row in rows)
    alt = f"Five counts. {said}. Some count lawyers only by name; most count lawyers, staff and activists together."
    table = counts[["by", "as_of", "at_least", "at_most", "counts_whom"]]
    return tell(ax, alt=alt, source=data.source_line("crackdown_counts"), table=table)


def border_estimates(estimates: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Published numbers of North Koreans in China on a logarithmic scale; an arrow where one end is not given.

    estimates  rows of the table border_estimates
    """
    ax = ax or new_axes(8.5, 4)
    rows: list[dict[Any, Any]] = estimates.to_dict("records")
    colours = {"living in China": BLUE, "held in China": VERMILION, "returned from China": BLACK}
    for place, row in enumerate(rows):
        ends = [int(end) for end in (row["low"], row["high"]) if not pd.isna(end)]
        mark = ">" if pd.isna(row["high"]) else ("<" if pd.isna(row["low"]) else "o")
        ax.plot([ends[0], ends[-1]], [place] * 2, color=colours[row["about"]], marker=mark, linewidth=3, markersize=8)
        ax.annotate(
            _range_words(row), (ends[-1], place), xytext=(8, 0), textcoords="offset points", va="center", fontsize=8
        )
    ax.set_xscale("log")
    ax.set_xlim(20, 10_000_000)
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))
    ax.set_yticks(range(len(rows)), [f"{row['about'].split()[0]}: {row['by']}" for row in rows], fontsize=8)
    ax.set_ylim(len(rows) - 0.4, -0.6)
    ax.set_xlabel("persons (logarithmic scale: each step is ten times the last)")
    ax.set_ylabel("what is counted, and by whom")
    ax.set_title("One estimate spans a factor of thirty; none rests on a survey")
    said = "; ".join(f"{row['about']}, {row['by']}: {_range_words(row)}" for row in rows)
    table = estimates[["about", "by", "year", "low", "high", "weakness"]]
    return tell(ax, alt=f"Nine published numbers. {said}.", source=data.source_line("border_estimates"), table=table)


def _range_words(row: Mapping[Any, Any]) -> str:
    if pd.isna(row["high"]):
        return f"more than {row['low']:,}"
    if pd.isna(row["low"]):
        return f"up to {row['high']:,}"
    return f"{row['low']:,}" if row["low"] == row["high"] else f"{row['low']:,} to {row['high']:,}"


def chain_left(chain: chains.Chain, people: int = 1000, ax: Axes | None = None) -> Axes:
    """People left after each step of a remedy chain, as bars from top to bottom."""
    ax = ax or new_axes(8, 3.4)
    left = {"a right is broken": float(people), **chains.people_left(chain, people)}
    weakest = chains.weakest(chain)
    ax.barh(list(left), list(left.values()), color=[VERMILION if step == weakest else BLUE for step in left],
            edgecolor=BLACK)  # fmt: skip
    for place, count in enumerate(left.values()):
        ax.text(count + people * 0.01, place, f"{count:.0f}", va="center")
    ax.invert_yaxis()
    ax.set_xlim(0, people * 1.08)
    ax.set_xlabel(f"people still in the chain (of {people:,})")
    ax.set_ylabel("step")
    last = list(left.values())[-1]
    ax.set_title(f"Hypothetical: {last:.0f} of {people:,} reach a remedy; the weakest step is '{weakest}'", loc="right")
    said = ", ".join(f"{step} {count:.0f}" for step, count in left.items())
    table = pd.DataFrame(
        {"step": list(left), f"people left of {people:,}": [round(count, 1) for count in left.values()]}
    )
    return tell(
        ax, alt=f"Bars that shrink step by step: {said}. The shares are hypothetical.", source=HYPOTHETICAL, table=table
    )


def step_gains(chain: chains.Chain, points: float = 0.10, people: int = 1000, ax: Axes | None = None) -> Axes:
    """How many more of `people` reach a remedy when one step alone is raised by the same points."""
    ax = ax or new_axes(8, 3.4)
    gains = {step: people * gain for step, gain in chains.gains(chain, points).items()}
    best = max(gains, key=lambda step: gains[step])
    ax.bar(list(gains), list(gains.values()), color=[VERMILION if s == best else BLUE for s in gains], edgecolor=BLACK)
    ax.set_ylabel(f"more people with a remedy\n(of {people:,})")
    ax.set_xlabel(f"the one step that is raised by {100 * points:.0f} points")
    ax.set_title(f"Hypothetical: the same effort buys most at '{best}'")
    said = ", ".join(f"{step} {gain:.1f}" for step, gain in gains.items())
    table = pd.DataFrame(
        {"step": list(gains), f"more people of {people:,}": [round(gain, 2) for gain in gains.values()]}
    )
    return tell(ax, alt=f"Bars: {said} more people. The shares are hypothetical.", source=HYPOTHETICAL, table=table)


def chain_svg(chain: chains.Chain, gains: Mapping[str, float], people: int = 1000, points: float = 0.10) -> str:
    """The chain as a live picture: a bar for the people left after each step, and what raising that step would buy.

    gains  step -> added share with remedy for `points` more at that step
    """
    left, weakest = chains.people_left(chain, people), chains.weakest(chain)
    best = max(gains, key=lambda step: gains[step])
    parts: list[Any] = [
        drawing.words(150, 16, f"people left of {people:,}", 12),
        drawing.words(690, 16, f"+{100 * points:.0f} points here add", 12, "end"),
    ]
    for place, (step, count) in enumerate(left.items()):
        y = 28 + 30 * place
        colour = VERMILION if step == weakest else BLUE
        parts.append(drawing.words(140, y + 15, f"{step} ({100 * chain[step]:.0f}%)", 12, "end"))
        parts.append(drawing.box(150, y, max(380 * count / people, 0.5), 20, colour, drawing.INK))
        note = f"{count:.1f}" + (" weakest step" if step == weakest else "")
        parts.append(drawing.words(156 + 380 * count / people, y + 15, note, 12))
        gain = f"{people * gains[step]:.1f}" + (" most" if step == best else "")
        parts.append(drawing.words(690, y + 15, gain, 12, "end"))
    label = (
        f"Of {people:,} people, {list(left.values())[-1]:.1f} reach a remedy. The weakest step is {weakest}; "
        f"raising {best} by {100 * points:.0f} points adds most, {people * gains[best]:.1f} people. Hypothetical."
    )
    return drawing.picture(700, 34 + 30 * len(left), label, parts)
