"""What do China's people look like through time, and what would have been otherwise?

Tables and results of tipcourse.population in, told Axes out; `pyramid_svg` is the picture that moves.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from tipcourse import data
from tipcourse.figures import drawing
from tipcourse.figures.base import BLACK, BLUE, RUST, SKY, VERMILION, YELLOW, new_axes, tell
from tipcourse.population import (
    FEMALE,
    GROUP_STARTS,
    MALE,
    aged,
    dependency_ratio,
    excess_men,
    sex_ratio,
    share_aged,
    share_of_fall,
)
from tipcourse.population.lifetable import Array

UN_SOURCE = "Source: United Nations, World Population Prospects 2024 (CC BY 3.0 IGO)"
OWN_SOURCE = UN_SOURCE + "; from 1980 on our own projection with its rates."
# Steps of policy that the curve of fertility is compared with: date as in the table -> short label.
POLICY_MARKS = {
    "1971": "1971 Document 51",
    "1980-09-25": "1980 Open Letter",
    "2016-01-01": "2016 two children",
    "2021-05-31": "2021 three children",
}
SQUEEZES = {
    "men 20-29 per 100 women 20-29": ((20, 29), (20, 29), BLUE, "o"),
    "men 25-34 per 100 women 20-29": ((20, 29), (25, 34), VERMILION, "s"),
    "men 20-39 per 100 women 20-39": ((20, 39), (20, 39), BLACK, "D"),
}


def fertility_and_policy(fertility: pd.DataFrame, timeline: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """China's total fertility by year, with the dates of four steps of policy.

    fertility  rows of the table total_fertility
    timeline   rows of the table birth_policy_timeline
    """
    ax = ax or new_axes(8, 4)
    china = fertility[fertility["place"] == "China"].set_index("year")["total_fertility_rate"].astype(float)
    ax.plot(china.index, china, color=BLACK, linewidth=2)
    top = 8.4
    for place, (date, label) in enumerate(POLICY_MARKS.items()):
        assert date in set(timeline["date"]), date
        year = int(date[:4]) + (0.73 if date == "1980-09-25" else 0)
        ax.axvline(year, color=VERMILION, linestyle="--", linewidth=1)
        left = place in (0, 2)
        ax.text(year - 0.4 if left else year + 0.4, top - 0.4 * (place % 2), label, ha="right" if left else "left",
                va="top", fontsize=8, color=RUST)  # fmt: skip
    ax.axhline(2.1, color="0.6", linewidth=1, linestyle=":")
    ax.text(1993, 2.14, "2.1: about what replaces the parents", fontsize=8, color="0.35")
    fall = share_of_fall(china[1970], china[1980], china[2020])
    ax.set_ylim(0, top)
    ax.set_xlim(1959, 2030)
    ax.set_title(f"{fall:.0f}% of the fall of fertility from 1970 to 2020 had come by 1980")
    ax.set_xlabel("calendar year")
    ax.set_ylabel("total fertility (children per woman)")
    alt = (
        f"A line of China's total fertility. It drops in the famine years around 1961, stands at {china[1970]:.2f} "
        f"children per woman in 1970, falls to {china[1980]:.2f} by 1980, hardly moves in the 1980s, falls again "
        f"after 1990 and reaches {china[2020]:.2f} in 2020. Dashed lines mark 1971, 1980, 2016 and 2021."
    )
    table = china.rename("children per woman").reset_index()
    return tell(ax, alt=alt, source=data.source_line("total_fertility"), table=table)


def pyramids(people: dict[int, Array], ax: Axes | None = None, source: str = OWN_SOURCE) -> Axes:
    """One pyramid beside the other: men to the left, women to the right of each year's line.

    people  year -> thousand persons, shape (sex, age)
    """
    ax = ax or new_axes(9, 4.2)
    gap = 150  # million persons between two pyramids' middles
    ticks, labels, rows = [], [], []
    for place, (year, counts) in enumerate(people.items()):
        middle, million = place * gap, counts / 1000
        ax.barh(GROUP_STARTS, -million[MALE], left=middle, height=4.6, align="edge", color=BLUE)
        ax.barh(GROUP_STARTS, million[FEMALE], left=middle, height=4.6, align="edge", color=VERMILION)
        ax.text(middle, 108, str(year), ha="center", fontweight="bold")
        ticks += [middle - 50, middle, middle + 50]
        labels += ["50", "0", "50"]
        rows.append({
            "year": year, "people (million)": round(counts.sum() / 1000, 1),
            "0-14 (%)": round(float(share_aged(counts, 0, 14)), 1),
            "15-64 (%)": round(float(share_aged(counts, 15, 64)), 1),
            "65 and over (%)": round(float(share_aged(counts, 65, 100)), 1),
        })  # fmt: skip
    table = pd.DataFrame(rows)
    ax.set_xticks(ticks, labels, fontsize=8)
    ax.set_ylim(0, 116)
    old = table["65 and over (%)"]
    years = list(people)
    ax.set_title(f"From {old.iloc[0]:.0f}% aged 65 and over in {years[0]} to {old.iloc[-1]:.0f}% in {years[-1]}")
    ax.set_xlabel("million persons in a five-year age group (men left in blue, women right in orange)")
    ax.set_ylabel("age (years)")
    said = "; ".join(f"{r['year']}: {r['0-14 (%)']}% under 15, {r['65 and over (%)']}% 65 and over" for r in rows)
    alt = f"Population pyramids side by side. A broad base turns into a broad top. {said}."
    return tell(ax, alt=alt, source=source, table=table)


def sex_ratio_by_source(table: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Every series of the sex ratio at birth with a mark of its own; none are joined with another.

    table  rows of the table china_sex_ratio_at_birth
    """
    ax = ax or new_axes(8, 4.6)
    groups: dict[str, tuple[str, str, str, str]] = {
        "UN estimate (WPP 2024)": (BLACK, "-", "", "UN, 2024 edition"),
        "UN estimate (WPP 2019)": (BLACK, ":", "", "UN, 2019 edition (5-year means)"),
        "official": (VERMILION, "", "o", "official: census or annual survey"),
        "corrected (Goodkind and West 2007)": (BLUE, "", "s", "corrected for hidden girls (Goodkind and West)"),
        "UNFPA China 2013": (SKY, "", "D", "UNFPA China"),
    }
    for series, (colour, dashes, mark, label) in groups.items():
        rows = table[table["series"] == series].sort_values("year")
        middle = rows["year"].astype(float) + (2.5 if "2019" in series else 0)
        ax.plot(middle, rows["boys_per_100_girls"].astype(float), color=colour, linestyle=dashes or "none",
                marker=mark or None, label=label)  # fmt: skip
    ax.axhspan(105, 107, color="0.9", zorder=0)
    ax.text(1970.3, 105.2, "105-107: usual without sex selection", fontsize=8, color="0.3")
    official = table[table["series"] == "official"].set_index("year")["boys_per_100_girls"].astype(float)
    un = table[table["series"] == "UN estimate (WPP 2024)"].set_index("year")["boys_per_100_girls"].astype(float)
    ax.set_title(f"Sources agree on the rise, not on its height: {un.max():.0f} or {official.max():.0f} at the peak")
    ax.set_xlabel("year of birth, census or survey")
    ax.set_ylabel("boys per 100 girls at birth")
    ax.legend(frameon=False, fontsize=8)
    alt = (
        "Five series of China's sex ratio at birth. All rise from 107-108 around 1980 and fall back after 2005. The UN's "
        f"2024 edition peaks at {un.max():.1f} in {un.idxmax()}, the official figures at {official.max():.1f} in "
        f"{official.idxmax()}. For 1990 and 2000 the figures corrected for hidden girls, 108 and 114, lie below both."
    )
    shown = table[table["series"].isin(groups)][["series", "year", "basis", "boys_per_100_girls"]]
    return tell(ax, alt=alt, source=data.source_line("china_sex_ratio_at_birth"), table=shown)


def same_children_twice(census: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Children under five in the censuses of 1990 and 2000, and the same cohorts ten years later, against the UN.

    census  rows of the table china_census_children
    """
    ax = ax or new_axes(8, 3.8)
    short = census.assign(percent=100 * (census["census_thousand"] / census["un_thousand"] - 1)).astype(
        {"percent": float}
    )
    steps = [(1990, 0), (2000, 10), (2000, 0), (2010, 10)]
    labels = ["1990: aged 0-4", "2000: the same,\naged 10-14", "2000: aged 0-4", "2010: the same,\naged 10-14"]
    rows = []
    for offset, sex, name, colour in ((-0.2, "female", "girls", VERMILION), (0.2, "male", "boys", BLUE)):
        values = [
            short[(short["year"] == y) & (short["age_start"] == a) & (short["sex"] == sex)]["percent"].item()
            for y, a in steps
        ]
        ax.bar(np.arange(4) + offset, values, 0.38, color=colour, label=name)
        for place, value in enumerate(values):
            down = value < -0.5
            ax.text(place + offset, value - 0.4 if down else max(value, 0) + 0.4, f"{value:+.1f}", ha="center",
                    va="top" if down else "bottom", fontsize=9)  # fmt: skip
            rows.append({"census": labels[place].replace("\n", " "), "sex": name, "difference (%)": round(value, 1)})
    table = pd.DataFrame(rows)
    ax.set_xticks(range(4), labels)
    ax.axhline(0, color="black", linewidth=0.8)
    ax.set_ylim(-25, 3)
    ax.set_title("A census misses small children; ten years later it finds many of them")
    ax.set_xlabel("census and age")
    ax.set_ylabel("census minus UN estimate\n(% of the estimate)")
    ax.legend(frameon=False, loc="lower right")
    said = "; ".join(f"{r['census']}, {r['sex']} {r['difference (%)']}%" for r in rows)
    alt = f"Pairs of bars, how far censuses lie from the UN's estimate for the same ages. {said}."
    return tell(ax, alt=alt, source=data.source_line("china_census_children"), table=table)


def ageing(broad: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Young and old dependents per 100 people of 15-64, year by year.

    broad  rows of the table china_broad_ages
    """
    ax = ax or new_axes(8, 4)
    working = broad["age_15_59_thousand"] + broad["age_60_64_thousand"]
    young = (100 * broad["age_0_14_thousand"] / working).to_numpy(float)
    old = (100 * broad["age_65_plus_thousand"] / working).to_numpy(float)
    years = broad["year"].to_numpy(int)
    ax.fill_between(years, 0, young, color=SKY, label="under 15")
    ax.fill_between(years, young, young + old, color=BLACK, label="65 and over")
    total = young + old
    turn = int(years[total.argmin()])
    ax.axvline(turn, color=VERMILION, linestyle="--")
    ax.text(turn - 0.6, 93, f"lowest: {total.min():.1f} in {turn}", ha="right", color=RUST, fontsize=9)
    ax.set_xlim(years.min(), years.max())
    ax.set_ylim(0, 98)
    ax.set_title(f"Dependents were fewest in {turn}: first fewer children, then more old people")
    ax.set_xlabel("year (1 July)")
    ax.set_ylabel("dependents per 100 people aged 15-64")
    ax.legend(frameon=False, loc="upper left", bbox_to_anchor=(0.02, 0.98), reverse=True)
    alt = (
        f"Stacked areas. Dependents per 100 people aged 15-64: {total[0]:.0f} in {years[0]}, highest "
        f"{total.max():.0f} in {years[total.argmax()]}, lowest {total.min():.1f} in {turn}, {total[-1]:.0f} in {years[-1]}. "
        f"Almost all were children at first; by {years[-1]}, {100 * old[-1] / total[-1]:.0f}% are 65 and over."
    )
    table = pd.DataFrame({"year": years, "under 15": young.round(1), "65 and over": old.round(1)})
    return tell(ax, alt=alt, source=data.source_line("china_broad_ages"), table=table)


def marriage_squeeze(people: dict[int, Array], ax: Axes | None = None) -> Axes:
    """Men per 100 women at the ages of marriage, by three definitions.

    people  year -> thousand persons, shape (sex, age); years after 2025 are shaded as projected
    """
    ax = ax or new_axes(8, 4)
    years, counts = list(people), np.stack(list(people.values()))
    table: dict[str, Any] = {"year": years}
    for name, (women, men, colour, mark) in SQUEEZES.items():
        values = sex_ratio(counts, women, men)
        ax.plot(years, values, color=colour, marker=mark, label=name)
        table[name] = values.round(1)
    ax.axhline(100, color="0.5", linewidth=1)
    ax.axvspan(2025, max(2025, *years), color="0.93", zorder=0)
    ax.text(2025.5, ax.get_ylim()[0] + 1, "projected", fontsize=8, color="0.35")
    gap = table["men 25-34 per 100 women 20-29"]
    in_2020 = [float(table[name][years.index(2020)]) for name in SQUEEZES]
    ax.set_title(
        f"How tight the squeeze of 2020 was depends on the definition: {min(in_2020):.0f} to {max(in_2020):.0f}"
    )
    ax.set_xlabel("year (1 July)")
    ax.set_ylabel("men per 100 women")
    ax.legend(frameon=False, fontsize=8)
    alt = (
        "Three lines. Men per 100 women of the same age rise slowly from about 104 to about 117. With men five years "
        "older the line swings with the sizes of the birth cohorts: "
        f"{gap[years.index(1990)]:.0f} in 1990, {gap[years.index(2020)]:.0f} in 2020."
    )
    return tell(
        ax, alt=alt, source=UN_SOURCE + "; after 2025 our own projection with its rates.", table=pd.DataFrame(table)
    )


def never_married(table: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Never married at 40-44 by sex and area, censuses 1990-2010.

    table  rows of the table china_never_married
    """
    ax = ax or new_axes(8, 3.6)
    looks = {
        ("male", "rural"): (BLUE, "o", "-"), ("male", "urban"): (SKY, "o", "--"),
        ("female", "urban"): (YELLOW, "s", "--"), ("female", "rural"): (VERMILION, "s", "-"),
    }  # fmt: skip
    rows = table[(table["age_start"] == 40) & (table["area"] != "total")]
    for (sex, area), (colour, mark, dashes) in looks.items():
        line = rows[(rows["sex"] == sex) & (rows["area"] == area)].sort_values("year")
        ax.plot(line["year"], line["never_married_percent"], color=colour, marker=mark, linestyle=dashes,
                markeredgecolor=BLACK, label=f"{'men' if sex == 'male' else 'women'}, {area}")  # fmt: skip
    value = rows.set_index(["year", "sex", "area"])["never_married_percent"].astype(float)
    ax.set_xticks([1990, 2000, 2010])
    ax.set_ylim(0, 8)
    ax.set_title(
        f"In 2010, {value[2010, 'male', 'rural']:.1f}% of rural men of 40-44 had never married, "
        f"and {value[2010, 'female', 'rural']:.1f}% of rural women"
    )
    ax.set_xlabel("census year")
    ax.set_ylabel("never married (% of the group)")
    ax.legend(frameon=False, fontsize=8, ncols=4, loc="upper right")
    alt = (
        "Four lines over the censuses of 1990, 2000 and 2010. Rural men never married at 40-44: "
        f"{value[1990, 'male', 'rural']:.1f}, {value[2000, 'male', 'rural']:.1f}, {value[2010, 'male', 'rural']:.1f}%. "
        f"Urban men: {value[1990, 'male', 'urban']:.1f}, {value[2000, 'male', 'urban']:.1f}, "
        f"{value[2010, 'male', 'urban']:.1f}%. Women are near or below 1%."
    )
    shown = rows[["year", "area", "sex", "never_married_percent"]]
    return tell(ax, alt=alt, source=data.source_line("china_never_married"), table=shown)


def _outline(million: Array, x0: float, scale: float, top: float, step: float) -> list[tuple[float, float]]:
    """The edge of a pyramid as points from the oldest men down and up to the oldest women."""
    points = []
    for sex, side in ((MALE, -1), (FEMALE, 1)):
        ages = range(len(GROUP_STARTS))
        for age in reversed(ages) if sex == MALE else ages:
            x, y = x0 + side * million[sex, age] * scale, top + (len(GROUP_STARTS) - age) * step
            points += [(x, y - step), (x, y)] if sex == MALE else [(x, y), (x, y - step)]
    return points


def pyramid_svg(people: Array, unchanged: Array, year: int) -> str:
    """One pyramid filled, with the outline of what happened (or was projected) without a change.

    people, unchanged  thousand persons, shape (sex, age)
    """
    x0, top, step, scale = 330.0, 22.0, 15.0, 3.0  # scale: units of the picture per million persons
    million, was = people / 1000, unchanged / 1000
    bottom = top + step * len(GROUP_STARTS)
    ys = [bottom - step * (age + 1) for age in range(len(GROUP_STARTS))]
    men = [(x0 - n * scale, y + 0.5, n * scale, step - 1) for n, y in zip(million[MALE].tolist(), ys, strict=True)]
    women = [(x0, y + 0.5, n * scale, step - 1) for n, y in zip(million[FEMALE].tolist(), ys, strict=True)]
    parts: list[Any] = [
        drawing.bars(men, BLUE),
        drawing.bars(women, VERMILION),
        drawing.curve(_outline(was, x0, scale, top, step), width=1.5),
        drawing.words(x0, 16, f"{year}", 16, "middle"),
        drawing.words(x0 - 190, 16, "men (million)", 13, "middle"),
        drawing.words(x0 + 190, 16, "women (million)", 13, "middle"),
        drawing.words(x0 + 185, 60, "line: without a change", 12, "start"),
    ]
    parts += [drawing.words(8, ys[a // 5] + step - 3, f"age {a}" if a < 100 else "100+", 11) for a in range(0, 101, 20)]
    parts += [
        drawing.words(x0 + side * n * scale, bottom + 14, str(n), 11, "middle")
        for n in (0, 30, 60, 90)
        for side in ((1,) if n == 0 else (-1, 1))
    ]
    label = (
        f"Pyramid of {year}: {people.sum() / 1000:.0f} million people, without a change "
        f"{unchanged.sum() / 1000:.0f} million; {float(share_aged(people, 65, 100)):.0f}% are 65 and over."
    )
    return drawing.picture(660, round(bottom + 22), label, parts)


def pyramid_words(people: Array, unchanged: Array, year: int) -> str:
    """The same in plain sentences, with the numbers that the lesson asks about."""
    men, men_was = float(excess_men(people, 20, 39)) / 1000, float(excess_men(unchanged, 20, 39)) / 1000
    return (
        f"{year}: {people.sum() / 1000:,.0f} million people (without a change {unchanged.sum() / 1000:,.0f}). "
        f"65 and over: {float(share_aged(people, 65, 100)):.1f}% ({float(share_aged(unchanged, 65, 100)):.1f}%).\n"
        f"Dependents per 100 people aged 15-64: {float(dependency_ratio(people)):.0f} "
        f"({float(dependency_ratio(unchanged)):.0f}). Working age 15-64: {float(aged(people, 15, 64)) / 1000:,.0f} million "
        f"({float(aged(unchanged, 15, 64)) / 1000:,.0f}).\n"
        f"Men minus women aged 20-39: {men:.1f} million ({men_was:.1f})."
    )
