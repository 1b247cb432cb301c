"""How are definitions of trafficking, their days and their reach drawn?

Results of tipcourse.law and its tables in, a told Axes (or a live SVG) out. Yes is dark, no is light, not known is an
empty field with a dotted edge: the three stay apart in grey print.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import pandas as pd
import svg
from matplotlib.axes import Axes
from matplotlib.dates import YearLocator, date2num
from matplotlib.patches import Rectangle

from tipcourse import data
from tipcourse.figures.base import BLACK, BLUE, SKY, UNKNOWN, VERMILION, new_axes, tell
from tipcourse.figures.drawing import box, picture, words
from tipcourse.findings import WORDS
from tipcourse.law.offences import Offence
from tipcourse.law.verdict import Verdict

LIGHT = "#D9D9D9"
FILL = {True: BLUE, False: LIGHT, None: UNKNOWN}
SIGN = {True: "+", False: "-", None: "?"}
RULES = (
    "Source: Palermo Protocol art. 3 and PRC Criminal Law art. 240, read by tipcourse.law. Dark is yes, light is no."
)
CASES = "Source: the course's 30 made-up cases, run through tipcourse.law."
SHORT = {
    "A: force, fraud or coercion, or under 18": "A: forced or under 18", "B: force, fraud or coercion": "B: forced",
    "B: labour or services": "B: labour, services", "not offered voluntarily": "not voluntary",
    "menace of a penalty": "menace",
}  # fmt: skip
COLUMNS = {
    "palermo": "Palermo\nProtocol", "tvpa": "TVPA severe\nform", "c29": "ILO C29\nforced labour",
    "art_240_241": "PRC arts\n240-241", "any_offence": "PRC any\noffence",
}  # fmt: skip


def _field(ax: Axes, x: float, y: float, met: bool | None) -> None:
    """One answer as a field with its sign, readable in grey."""
    edge = {"edgecolor": BLACK, "linestyle": ":", "linewidth": 1.0} if met is None else {"edgecolor": "white"}
    ax.add_patch(Rectangle((x, y), 0.94, 0.9, facecolor=FILL[met], **edge))
    ax.text(x + 0.47, y + 0.45, SIGN[met], ha="center", va="center", fontsize=9, color="white" if met else BLACK)


def case_matrix(table: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Case by regime: yes (+), no (-), not known (?).

    table  as tipcourse.law.regime_table gives it
    """
    ax = ax or new_axes(8, 0.27 * len(table) + 1.6)
    for row, entry in enumerate(table.itertuples()):
        for column, name in enumerate(COLUMNS):
            _field(ax, column, row, getattr(entry, name))
    ax.set(xlim=(-0.05, len(COLUMNS)), ylim=(len(table), -0.1))
    ax.set_xticks([i + 0.47 for i in range(len(COLUMNS))], list(COLUMNS.values()), fontsize=8)
    labels = [f"{r.case} {r.title}{' *' if r.contestable else ''}" for r in table.itertuples()]
    ax.set_yticks([i + 0.45 for i in range(len(table))], labels, fontsize=8)
    ax.tick_params(length=0)
    ax.xaxis.set_ticks_position("top")
    ax.spines[["left", "bottom"]].set_visible(False)
    yes = {name: int((table[name] == True).sum()) for name in COLUMNS}  # noqa: E712 - the cells hold True, False or None
    ax.set_title(
        f"Of {len(table)} cases Palermo reaches {yes['palermo']}, PRC arts 240-241 {yes['art_240_241']}, "
        f"some PRC article {yes['any_offence']}",
        fontsize=10, loc="left",
    )  # fmt: skip
    alt = (
        f"A grid of {len(table)} cases by five definitions; plus is yes, minus is no, question mark is not known, a star marks a "
        f"contestable case. Yes: Palermo {yes['palermo']}, TVPA {yes['tvpa']}, ILO C29 {yes['c29']}, PRC articles 240-241 "
        f"{yes['art_240_241']}, any PRC offence {yes['any_offence']}."
    )
    said = table.assign(**{name: [WORDS[met] for met in table[name]] for name in COLUMNS})
    return tell(ax, alt=alt, source=CASES + " + yes, - no, ? not known, * contestable.", table=said)


def law_timeline(table: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Each text with the day it was adopted, signed, issued or joined (hollow) and the day it came into force (full).

    table  rows of the table law_timeline
    """
    ax = ax or new_axes(8, 0.24 * table["name"].nunique() + 1.3)
    names = list(dict.fromkeys(table.sort_values("day", kind="stable")["name"]))
    looks = {"treaty": (BLUE, "o"), "plan": (SKY, "D")}
    for row, name in enumerate(names):
        events = table[table["name"] == name]
        at = date2num(list(events["day"]))
        colour, mark = looks.get(events["kind"].iloc[0], (VERMILION, "s"))
        ax.plot([at.min(), at.max()], [row, row], color=colour, linewidth=1.2, zorder=1)
        for place, stage in zip(at, events["stage"], strict=True):
            ax.scatter(
                place,
                row,
                s=34,
                marker=mark,
                zorder=2,
                edgecolors=colour,
                facecolors=colour if stage == "in force" else "white",
            )
    ax.set_yticks(range(len(names)), names, fontsize=8)
    ax.set_ylim(len(names) - 0.5, -0.7)
    ax.xaxis_date()
    ax.xaxis.set_major_locator(YearLocator(5))
    ax.set(xlabel="year", ylabel="text")
    for kind, colour, mark in (("treaty", BLUE, "o"), ("PRC law", VERMILION, "s"), ("action plan", SKY, "D")):
        ax.plot([], [], mark, color=colour, label=kind)
    ax.legend(fontsize=8, loc="lower left")
    ax.set_title("Adopted, signed or joined (hollow) is not yet in force (full)", fontsize=10, loc="left")
    gap = _longest_wait(table)
    alt = (
        f"A timeline with one line for each of {len(names)} texts, treaties as blue dots, PRC statutes, amendments and "
        f"interpretations as orange-red squares, action plans as light blue diamonds. Hollow marks are signing, deposit, adoption or issue; full marks are entry "
        f"into force. The longest wait from joining or adoption to force is {gap[1]} days ({gap[0]})."
    )
    return tell(
        ax, alt=alt, source=data.source_line("law_timeline"), table=table[["day", "kind", "name", "stage", "event"]]
    )


def _longest_wait(table: pd.DataFrame) -> tuple[str, int]:
    """The text with the most days between deposit or adoption and force."""
    waits: dict[str, int] = {}
    for name in dict.fromkeys(table["name"]):
        events = table[table["name"] == name]
        day: dict[str, dt.date] = dict(zip(events["stage"], events["day"], strict=True))
        start = day.get("deposited", day.get("adopted"))
        if start and "in force" in day:
            waits[str(name)] = (day["in force"] - start).days
    longest = max(waits, key=lambda name: waits[name])
    return longest, waits[longest]


def protection_by_age(table: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Whom the Protocol and art. 240 protect, by age and sex, when a person is sold into forced labour by deceit.

    table  as tipcourse.law.who_is_protected gives it
    """
    ax = ax or new_axes(8, 2.9)
    rows = [(sex, rule) for rule in ("palermo", "art_240") for sex in ("female", "male")]
    told = {"palermo": "Palermo Protocol", "art_240": "PRC art. 240"}
    for row, (sex, rule) in enumerate(rows):
        for entry in table[table["sex"] == sex].to_dict("records"):
            met = entry[rule]
            ax.add_patch(Rectangle((entry["age_years"], row + 0.1), 0.95, 0.8, facecolor=FILL[met], edgecolor="white"))
    ages = table["age_years"]
    ax.set(xlim=(ages.min(), ages.max() + 1), ylim=(len(rows), -0.05), xlabel="age (years)")
    ax.set_yticks([i + 0.5 for i in range(len(rows))], [f"{told[rule]}, {sex}" for sex, rule in rows])
    for age in (14, 18):
        ax.axvline(age, color=BLACK, linewidth=0.8, linestyle="--")
        ax.text(age + 0.15, -0.08, f"{age}", fontsize=8, va="bottom")
    left_out = table[(table["sex"] == "male") & (table["art_240"] == False)]["age_years"]  # noqa: E712
    ax.set_title(
        f"Art. 240 leaves out males from {left_out.min()} on; the Protocol leaves out nobody\n", fontsize=10, loc="left"
    )
    alt = (
        "Four strips over age in years. The Palermo Protocol covers both sexes at every age shown. Art. 240 covers females at "
        f"every age, but males only up to {left_out.min() - 1}. Dashed lines mark 14 and 18 years."
    )
    return tell(ax, alt=alt, source=RULES, table=table)


def plan_coverage(table: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Each action plan from its day of issue to the end of its last year, dark where it covers men as well.

    table  the table action_plans
    """
    ax = ax or new_axes(8, 2.7)
    for row, plan in enumerate(table.to_dict("records")):
        start, end = date2num(plan["issued"]), date2num(dt.date(plan["last_year"], 12, 31))
        ax.barh(row, end - start, left=start, height=0.55, color=BLUE if plan["covers_men"] == "yes" else SKY)
    ax.set_yticks(range(len(table)), [f"{p.place} {p.first_year}-{p.last_year}" for p in table.itertuples()])
    ax.invert_yaxis()
    ax.xaxis_date()
    ax.xaxis.set_major_locator(YearLocator(4))
    ax.set(xlabel="year", ylabel="plan")
    ax.set_title("Plans covered women and children until 2013, persons since", fontsize=10, loc="left")
    alt = (
        "Five bars on a time line. The national plan of 2008-2012 and its provincial versions of Shaanxi and Yunnan cover women and "
        "children only (light). The national plans of 2013-2020 and 2021-2030 cover men too (dark)."
    )
    kept = ["place", "plan", "issued", "covers_women", "covers_children", "covers_men", "confidence"]
    return tell(ax, alt=alt, source=data.source_line("action_plans"), table=table[kept])


def verdict_picture(verdicts: Sequence[Verdict], offences: Sequence[Offence]) -> str:
    """The live picture: each definition as a row of its elements, and the PRC articles met below."""
    parts: list[svg.Element] = []
    for row, verdict in enumerate(verdicts):
        top = 8 + row * 62
        parts += [words(8, top + 22, verdict.regime, 14), words(8, top + 40, WORDS[verdict.met], 14)]
        for place, finding in enumerate(verdict.findings):
            left = 150 + place * 122
            dark = finding.met is True
            parts.append(box(left, top, 116, 50, FILL[finding.met], None if finding.met is not None else BLACK))
            ink = "#FFFFFF" if dark else "#000000"
            short = SHORT.get(finding.element, finding.element)
            parts.append(words(left + 6, top + 20, short, 11, colour=ink))
            parts.append(words(left + 6, top + 40, WORDS[finding.met], 12, colour=ink))
    top = 8 + len(verdicts) * 62
    parts.append(words(8, top + 22, "PRC Criminal Law", 14))
    for place, offence in enumerate(offences[:5]):
        told = f"art. {offence.article} {offence.name}{'' if offence.met else ' (not known)'}"
        parts.append(words(150, top + 22 + 18 * place, told, 13))
    if not offences:
        parts.append(words(150, top + 22, "no offence of the model", 13))
    said = "; ".join(f"{v.regime}: {WORDS[v.met]}" for v in verdicts)
    articles = ", ".join(o.article for o in offences if o.met) or "none"
    return picture(770, top + 115, f"{said}; PRC articles met: {articles}.", parts)
