"""How do the tier tables look?

Tables in, matplotlib Axes out, told in words (see base). Tiers are ordered by lightness, so that they stay apart in
grey print, and carry their number as text. An unknown is an empty field with dots, never a colour of its own.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import pandas as pd
import svg
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from tipcourse import data
from tipcourse.figures import drawing
from tipcourse.figures.base import BLACK, SKY, VERMILION, YELLOW, new_axes, tell
from tipcourse.tiers import TIER_NAMES, TIERS, Ruling, transition_counts

# From light to dark: Tier 1, 2, Watch List, 3. In grey print: 0.84, 0.62, 0.47, 0.
TIER_COLOURS = {"1": YELLOW, "2": SKY, "2WL": VERMILION, "3": BLACK}
TEXT_COLOURS = {"1": "black", "2": "black", "2WL": "black", "3": "white"}
SHORT = {"1": "1", "2": "2", "2WL": "W", "3": "3"}
HEIGHT = {"1": 3, "2": 2, "2WL": 1, "3": 0}


def _field(ax: Axes, x: float, y: float, tier: object) -> None:
    """One square of the strip: coloured and numbered, or empty and dotted where the tier is not known."""
    known = isinstance(tier, str)
    face = TIER_COLOURS[str(tier)] if known else "white"
    edge, style = ("white", "-") if known else ("grey", ":")
    ax.add_patch(Rectangle((x - 0.5, y - 0.5), 1, 1, facecolor=face, edgecolor=edge, linestyle=style, linewidth=0.8))
    if known:
        ax.text(x, y, SHORT[str(tier)], ha="center", va="center", fontsize=7, color=TEXT_COLOURS[str(tier)])


def history_strip(table: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """One row of squares per government, one square per report year.

    table  columns government, report_year, tier, as data.load('tier_history') or a part of it
    """
    names = sorted(table["government"].unique(), reverse=True)
    ax = ax or new_axes(9.5, 0.6 + 0.27 * max(len(names), 4))
    for row in table.to_dict("records"):
        _field(ax, int(row["report_year"]), names.index(row["government"]), row["tier"])
    first, last = int(table["report_year"].min()), int(table["report_year"].max())
    ax.set_xlim(first - 0.6, last + 0.6)
    ax.set_ylim(-0.6, len(names) - 0.4)
    ax.set_xticks(range(first, last + 1, 2))
    ax.set_yticks(range(len(names)), names)
    ax.spines[:].set_visible(False)
    ax.tick_params(length=0)
    ax.set_xlabel("Report year   (1, 2, 3 = tier; W = Tier 2 Watch List; empty = not known or not ranked)")
    moved = table.dropna(subset=["tier"]).groupby("government")["tier"].nunique()
    still = int((moved == 1).sum())
    at_least = "At least " if table["tier"].isna().any() else ""  # an unknown year may hide one more change
    ax.set_title(f"{at_least}{len(names) - still} of {len(names)} governments changed tier", loc="left")
    wide = table.assign(tier=table["tier"].map(TIER_NAMES)).pivot(
        index="government", columns="report_year", values="tier"
    )
    alt = (
        f"A grid of squares, {len(names)} governments by report years {first} to {last}, coloured by tier. "
        f"{still} of the {len(names)} rows have one colour only. "
        + " ".join(_row_in_words(name, table) for name in ("China", "North Korea", "South Korea") if name in names)
        + " The table below holds every square."
    )
    return tell(ax, alt=alt, source=data.source_line("tier_history"), table=wide.reset_index())


def _row_in_words(name: str, table: pd.DataFrame) -> str:
    """One government's history as spells: 'China: Tier 2 2001-2004, Tier 3 2017-2025.'"""
    rows = table[table["government"] == name].dropna(subset=["tier"]).sort_values("report_year")
    spells: list[list[object]] = []
    for year, tier in zip(rows["report_year"].astype(int), rows["tier"].astype(str), strict=True):
        if spells and spells[-1][0] == tier and spells[-1][2] == year - 1:
            spells[-1][2] = year
        else:
            spells.append([tier, year, year])
    return (
        f"{name}: " + ", ".join(f"{TIER_NAMES[str(t)]} {a}" + (f"-{b}" if b != a else "") for t, a, b in spells) + "."
    )


def china_history(
    tiers: pd.DataFrame, acts: pd.DataFrame, determinations: pd.DataFrame, ax: Axes | None = None
) -> Axes:
    """One government's tier as steps, with the Acts, the waivers and the determinations beside it.

    tiers           rows of one government of tier_history
    acts            tvpa_acts
    determinations  presidential_determinations
    """
    ax = ax or new_axes(9.5, 4.6)
    known = tiers.dropna(subset=["tier"])
    years = known["report_year"].astype(int).to_numpy()
    ax.step(years, known["tier"].map(HEIGHT).to_numpy(), where="mid", color=BLACK, linewidth=2.5)
    waived = known[known["waiver"] == "yes"]["report_year"].astype(int)
    ax.plot(waived, [1.25] * len(waived), "v", color=VERMILION, markersize=9)
    ax.annotate("triangle: kept on the list by a waiver", (2011.5, 1.4), ha="center", va="bottom", fontsize=8)
    _acts(ax, acts)
    for row in determinations.to_dict("records"):
        effect = {"restricted": "R", "waived": "waived"}.get(str(row["effect"]), "?")
        ax.annotate(effect, (int(row["report_year"]), -0.16), ha="center", va="top", fontsize=8)
    ax.annotate("determination after the report:", (2011.8, -0.16), ha="right", va="top", fontsize=8)
    ax.set_ylim(-0.6, 4.2)
    ax.set_yticks(list(HEIGHT.values()), [TIER_NAMES[t] for t in HEIGHT])
    ax.set_xlim(2000, 2026)
    ax.set_xlabel("Report year   (R = restricted; ? = the deciding text was not read; dotted lines: Acts becoming law)")
    ax.set_ylabel("Tier in the report")
    ax.set_title("China fell to Tier 3 twice: in 2013 the clock had run out, in 2017 a waiver was open", loc="left")
    table = tiers[["report_year", "tier", "waiver"]].merge(
        determinations[["report_year", "number", "effect"]], on="report_year", how="left"
    )
    table = table.astype(object).where(table.notna(), "")
    table.columns = pd.Index(["report year", "tier", "waiver", "determination", "its effect"])
    alt = (
        f"A step line of China's tier from {years.min()} to {years.max()}. {_row_in_words(str(tiers['government'].iloc[0]), tiers)} "
        f"Waivers are marked in {', '.join(map(str, waived))}. After the first Tier 3 the restrictions were waived; after the "
        "reports of 2018 to 2024 China was restricted; for 2017 and 2025 the deciding text was not read."
    )
    return tell(ax, alt=alt, source=data.source_line("tier_history"), table=table)


def _acts(ax: Axes, acts: pd.DataFrame) -> None:
    """A dotted line on the day on which each Act became law; the two of January 2019 share one label."""
    labels: dict[tuple[int, int], str] = {}
    for row in acts.to_dict("records"):
        day: dt.date = row["became_law"]
        ax.axvline(day.year + day.timetuple().tm_yday / 365 - 0.45, color="grey", linestyle=":", linewidth=1, zorder=0)
        key, number = (day.year, day.month), str(row["public_law"]).split(",")[0]
        labels[key] = f"{labels[key]}, {number}" if key in labels else f"P.L. {number}"
    for (year, month), label in labels.items():
        place = (year + month / 12 - 0.4, 4.15)
        ax.annotate(label, place, rotation=90, ha="left", va="top", fontsize=7, color="dimgrey")


def transition_matrix(first: int = 2001, last: int = 2025, ax: Axes | None = None) -> Axes:
    """How many moves from one tier to another between neighbouring reports; every cell shows its count."""
    counts = transition_counts(first, last)
    ax = ax or new_axes(6.4, 4.2)
    shares = counts.div(counts.sum(axis=1).replace(0, 1), axis=0)
    ax.imshow(shares.to_numpy(), cmap="Blues", vmin=0, vmax=1, aspect="auto")
    for i in range(4):
        for j in range(4):
            colour = "white" if float(shares.to_numpy()[i, j]) > 0.7 else "black"
            ax.text(j, i, str(counts.to_numpy()[i, j]), ha="center", va="center", color=colour, fontsize=12)
    names = [TIER_NAMES[t] for t in TIERS]
    ax.set_xticks(range(4), names)
    ax.set_yticks(range(4), names)
    ax.set_xlabel("Tier in the next report")
    ax.set_ylabel("Tier in one report")
    total, same = int(counts.to_numpy().sum()), int(counts.to_numpy().diagonal().sum())
    listed = counts.loc["2WL"]
    ax.set_title(f"{same} of {total} times the tier stayed the same", loc="left")
    alt = (
        f"A table of four by four tiers with the number of moves between neighbouring reports, {first} to {last}. "
        f"{same} of {total} moves end where they began. From the Watch List {listed['2WL']} stay, {listed['2']} go up to "
        f"Tier 2 and {listed['3']} fall to Tier 3, of {listed.sum()}."
    )
    table = counts.rename(index=TIER_NAMES, columns=TIER_NAMES).rename_axis("from / to").reset_index()
    return tell(ax, alt=alt, source=data.source_line("tier_history"), table=table)


def clock_picture(tiers: Mapping[int, str | None], ruling: Ruling, years: int | None, most: int) -> str:
    """The live picture of the watch-list clock: the years so far as squares, then the ruling.

    tiers   report year -> tier so far, oldest first, at most ten
    ruling  what the rules say about the next report
    years   years in a row on the list; None: not known
    most    years that the law allows with every waiver
    """
    shown = sorted(tiers)
    parts: list[svg.Element] = [drawing.words(10, 22, "Reports so far", 14)]
    for place, year in enumerate(shown):
        parts += _square(10 + 56 * place, 34, str(year), tiers[year])
    x = 30 + 56 * len(shown)
    parts.append(drawing.words(x, 22, "Next", 14))
    parts += _square(x, 34, str(ruling.report_year), ruling.tier, "/".join(SHORT[t] for t in ruling.possible))
    parts.append(drawing.words(10, 130, f"The clock: years in a row on the list, of {most} at most", 14))
    for place in range(most):
        full = years is not None and place < years
        parts.append(drawing.box(10 + 56 * place, 140, 50, 20, VERMILION if full else "none", drawing.INK))
    names = " or ".join(TIER_NAMES[t] for t in ruling.possible)
    said = "not known" if years is None else str(years)
    label = f"Report of {ruling.report_year}: {names}. Years in a row on the watch list: {said}, of {most} at most."
    return drawing.picture(640, 175, label, parts)


def _square(x: float, y: float, year: str, tier: str | None, otherwise: str = "?") -> list[svg.Element]:
    """A square with its tier and its year; dotted where the tier is not known."""
    box = drawing.box(x, y, 50, 50, TIER_COLOURS[tier] if tier else "none", drawing.INK)
    if tier is None:
        box.extra = {"stroke-dasharray": "3 3"}
    text = SHORT[tier] if tier else otherwise
    colour = TEXT_COLOURS[tier] if tier else drawing.INK
    return [
        box,
        drawing.words(x + 25, y + 31, text, 18, "middle", colour),
        drawing.words(x + 25, y + 68, year, 12, "middle"),
    ]
