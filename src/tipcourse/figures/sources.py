"""What do the two documents look like as data: their dates, their claims, and all dates of the course?

`two_dates`, `claim_verdicts` and `course_timeline` are still figures; `known_by_svg` is the picture that moves.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import date2num
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from tipcourse import data
from tipcourse.figures import drawing
from tipcourse.figures.base import BLACK, BLUE, SKY, UNKNOWN, VERMILION, YELLOW, new_axes, tell

KINDS = {
    "event_date": ("it happened", BLUE, "o"),
    "entry_date": ("day above the entry", VERMILION, "s"),
    "posted_date": ("day below the entry", BLACK, "D"),
}
# From checked and held, to not checked: dark to light, so that the order survives grey print.
VERDICTS = {
    "confirmed": BLUE,
    "confirmed in part": SKY,
    "refined": VERMILION,
    "contested": BLACK,
    "opinion": YELLOW,
    "not checked": UNKNOWN,
}
UNITS = {0: "0 Start", 1: "1 Law", 2: "2 Hukou", 3: "3 Tiers", 4: "4 One-child", 5: "5 Enforcement", 6: "6 Remedy"}
FIRST_YEAR, LAST_YEAR = 2007, 2025  # the years that the date explorer spans


def two_dates(entries: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Up to three dates of each entry of the commission's page on one line; an unknown date has no mark.

    entries  rows of the table commission_entries
    """
    ax = ax or new_axes(8, 4.2)
    ordered = entries.sort_values("entry_date", ascending=False, ignore_index=True)
    rows: list[dict[Hashable, Any]] = ordered.to_dict("records")
    for place, row in enumerate(rows):
        ax.plot(date2num([row["entry_date"], row["posted_date"]]), [place, place], color="0.75", zorder=1)
        for column, (_, colour, mark) in KINDS.items():
            if not pd.isna(row[column]):
                inside, size = (colour, 5) if column == "entry_date" else (UNKNOWN, 11)
                ax.plot(date2num(row[column]), place, mark, color=colour, markerfacecolor=inside, markersize=size)
    ax.xaxis_date()
    ax.set_yticks(range(len(rows)), [f"{row['entry_id']}  {row['about']}" for row in rows], fontsize=8)
    waits = [(row["posted_date"] - row["entry_date"]).days / 365.25 for row in rows]
    ax.set_title(f"The second date stands {min(waits):.0f} to {max(waits):.0f} years after the first", pad=26)
    ax.set_xlabel("year")
    ax.set_ylabel("entry of the page")
    ax.legend(
        handles=[
            Line2D([], [], color=c, marker=m, linestyle="", label=n, markerfacecolor=c if m == "s" else UNKNOWN)
            for n, c, m in KINDS.values()
        ],
        loc="lower center",
        bbox_to_anchor=(0.4, 1.0),
        ncols=3,
        frameon=False,
        fontsize=8,
    )
    table = ordered[["entry_id", "about", *KINDS]].iloc[::-1]
    alt = (
        f"Eight lines, one for each entry. The day below an entry comes {min(waits):.1f} to {max(waits):.1f} years "
        "after the day above it. For three entries the event itself lies earlier still; for entry C4 no day is known."
    )
    return tell(ax, alt=alt, source=data.source_line("commission_entries"), table=table)


def claim_verdicts(claims: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """How many claims of each document got which verdict, as two stacked bars.

    claims  rows of the table claims
    """
    ax = ax or new_axes(8, 3)
    counts = claims.groupby(["document", "verdict"]).size().unstack(fill_value=0)
    counts = counts.reindex(columns=list(VERDICTS), fill_value=0)
    left = pd.Series(0, index=counts.index)
    for verdict, colour in VERDICTS.items():
        if not counts[verdict].any():
            continue  # no empty entry in the legend
        edge: dict[str, Any] = {
            "edgecolor": BLACK,
            "linestyle": ":" if verdict == "not checked" else "-",
            "linewidth": 0.8,
        }
        ax.barh(counts.index, counts[verdict], left=left, color=colour, label=verdict, **edge)
        left += counts[verdict]
    unchecked = int(counts["not checked"].sum())
    held = int(counts[["confirmed", "confirmed in part"]].to_numpy().sum())
    ax.set_title(
        f"{held} of {len(claims)} claims are confirmed in whole or in part; {unchecked} are not checked", pad=28
    )
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    ax.set_xlabel("claims (count)")
    ax.set_ylabel("document")
    ax.legend(ncols=6, loc="lower center", bbox_to_anchor=(0.45, 1.0), frameon=False, fontsize=8, columnspacing=1)
    said = "; ".join(
        f"{name}: " + ", ".join(f"{n} {verdict}" for verdict, n in row.items() if n) for name, row in counts.iterrows()
    )
    alt = f"Two stacked bars of claims by verdict. {said}. The claims were picked, so the shares measure nothing."
    return tell(ax, alt=alt, source=data.source_line("claims"), table=counts.reset_index())


def course_timeline(events: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """All dated rules and events of the course, one lane for each unit.

    events  what tipcourse.sources.timeline.timeline() returns
    """
    ax = ax or new_axes(9, 4)
    lanes = sorted(events["unit"].unique())
    for lane, unit in enumerate(lanes):
        days = events.loc[events["unit"] == unit, "day"]
        colour = (BLUE, VERMILION, BLACK)[lane % 3]
        ax.plot(date2num(days.tolist()), [lane] * len(days), "|", color=colour, markersize=16, markeredgewidth=1.5)
    ax.xaxis_date()
    ax.set_yticks(range(len(lanes)), [UNITS.get(unit, str(unit)) for unit in lanes])
    ax.invert_yaxis()
    ax.axvline(float(date2num(dt.date(2017, 7, 10))), color="0.5", linestyle="--", linewidth=1)
    ax.annotate("interview, 10 July 2017", (float(date2num(dt.date(2017, 7, 10))), -0.6), fontsize=8, ha="right")
    ax.set_ylim(len(lanes) - 0.4, -1)
    ax.set_xlabel("year")
    ax.set_ylabel("unit")
    since = events.loc[events["day"] > dt.date(2017, 7, 10)]
    ax.set_title(f"{len(since)} of the course's {len(events)} dates lie after the interview")
    counts = ", ".join(f"{UNITS.get(u, u)} {int((events['unit'] == u).sum())}" for u in lanes)
    alt = f"A mark for each date, in a lane for each unit, {events['day'].min()} to {events['day'].max()}: {counts}."
    return tell(ax, alt=alt, source="Source: the dated rules and tables of the units", table=events)


def known_by_svg(entries: list[dict[Hashable, Any]], day: dt.date, column: str) -> str:
    """The eight entries on a line of years; filled where the chosen date has come by that day.

    entries  rows of commission_entries as dicts (once made, so that drawing stays quick)
    column   'event_date', 'entry_date' or 'posted_date'
    """
    name, colour, _ = KINDS[column]
    x = lambda d: 250 + 430 * ((d - dt.date(FIRST_YEAR, 1, 1)).days / 365.25) / (LAST_YEAR - FIRST_YEAR)  # noqa: E731
    parts: list[Any] = []
    known: list[str] = []
    for place, row in enumerate(entries):
        y, when = 24 + 26 * place, row[column]
        parts.append(drawing.words(4, y + 5, f"{row['entry_id']} {row['about']}", 12))
        if pd.isna(when):
            parts.append(drawing.words(x(dt.date(FIRST_YEAR, 6, 1)), y + 5, "day not known", 12))
            continue
        if when <= day:
            known.append(row["entry_id"])
        parts.append(drawing.box(x(when) - 6, y - 6, 12, 12, colour if when <= day else "none", drawing.INK))
    bottom = 24 + 26 * len(entries)
    parts.append(drawing.line(x(day), 8, x(day), bottom - 8, dashes="4 3"))
    parts += [drawing.words(x(dt.date(y, 1, 1)), bottom + 8, str(y), 12, "middle") for y in range(2008, LAST_YEAR, 4)]
    label = f"By {day:%B %Y}, counting the day on which {name}: {len(known)} of {len(entries)} entries"
    return drawing.picture(700, bottom + 16, f"{label}: {', '.join(known) or 'none'}.", parts)
