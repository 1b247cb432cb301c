"""What do two lists look like when we know how many people there are?

`overlap_svg` is the picture that moves, `overlap_words` the same in a sentence, `estimate_by_odds` the still figure.
All people here are made up.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from tipcourse.evidence.makelists import expected_pair
from tipcourse.evidence.recapture import Estimate, TwoLists, log_interval
from tipcourse.figures import drawing
from tipcourse.figures.base import BLACK, BLUE, RUST, SKY, VERMILION, YELLOW, new_axes, tell

SIDE, TOP = 200, 30  # the square that stands for all people, in the picture's units
RULER_LEFT, RULER_WIDTH, RULER_TIMES = 290, 400, 6.0  # the ruler runs from 0 to six times the truth
ODDS = (0.2, 0.33, 0.5, 0.7, 1.0, 1.4, 2.0, 3.0, 5.0)


@lru_cache(maxsize=512)
def _setting(size: int, first: int, second: int, odds: float) -> tuple[TwoLists, Estimate]:
    lists = expected_pair(size, first / 100, second / 100, odds)
    return lists, log_interval(lists)


def overlap_words(size: int, first: int, second: int, odds: float) -> str:
    """What the picture shows: the lists, the estimate, and whether its interval holds the truth.

    size           made-up number of people; first, second: percent of them on list A and B
    odds           how many times the odds of being on B are multiplied by being on A
    """
    lists, it = _setting(size, first, second, odds)
    holds = "holds the truth" if it.low <= size <= it.high else "misses the truth"
    return (
        f"Truth (made up): {size:,} people. List A has {lists.first:,}, list B {lists.second:,}, both {lists.both:,}.\n"
        f"Estimate: {it.total:,.0f}, interval {it.low:,.0f} to {it.high:,.0f}. The interval {holds}."
    )


def _square(size: int, lists: TwoLists) -> list[Any]:
    """All people as a square: A is the left strip, B is shaded from below in each strip."""
    wide = SIDE * lists.first / size
    high_in = SIDE * lists.both / lists.first if lists.first else 0
    high_out = SIDE * (lists.second - lists.both) / (size - lists.first)
    left, bottom = 20, TOP + SIDE
    return [
        drawing.box(left, TOP, SIDE, SIDE, "none", drawing.INK),
        drawing.box(left, TOP, wide, SIDE, SKY, drawing.INK),
        drawing.box(left + wide, bottom - high_out, SIDE - wide, high_out, YELLOW, drawing.INK),
        drawing.box(left, bottom - high_in, wide, high_in, VERMILION, drawing.INK),
        drawing.words(left, TOP - 10, "All people (made up)"),
        drawing.words(left, bottom + 18, "Blue: on A only. Orange: on both. Yellow: on B only. Empty: on neither.", 12),
        drawing.words(left, bottom + 36, "Orange and yellow equally high: the lists are independent.", 12),
    ]


def _ruler(size: int, it: Estimate) -> list[Any]:
    """A number line with the truth and the estimate with its interval."""

    def x(people: float) -> float:
        return RULER_LEFT + RULER_WIDTH * min(people / size, RULER_TIMES) / RULER_TIMES

    y = TOP + 110
    beyond = [] if it.high <= RULER_TIMES * size else [drawing.words(x(it.high), y + 20, "goes on", 12, "end")]
    ticks = [drawing.words(x(size * k), y + 56, f"{size * k:,}", 12, "middle") for k in range(int(RULER_TIMES) + 1)]
    return [
        drawing.line(RULER_LEFT, y + 38, RULER_LEFT + RULER_WIDTH, y + 38),
        *ticks,
        *beyond,
        drawing.line(x(size), y - 50, x(size), y - 36, dashes="5 4"),  # not across the words of the estimate
        drawing.line(x(size), y - 16, x(size), y + 38, dashes="5 4"),
        drawing.words(x(size), y - 56, f"truth {size:,}", 13, "middle"),
        drawing.box(x(it.low), y - 5, max(x(it.high) - x(it.low), 1), 10, BLUE),
        drawing.box(x(it.total) - 2, y - 14, 4, 28, drawing.INK),
        drawing.words(x(it.total), y - 22, f"estimate {it.total:,.0f}", 13, "middle" if it.total < 5 * size else "end"),
        drawing.words(RULER_LEFT, y + 80, "people"),
    ]


def overlap_svg(size: int, first: int, second: int, odds: float) -> str:
    """The square of all people with both lists, and the estimate on a ruler beside the truth."""
    lists, it = _setting(size, first, second, odds)
    label = overlap_words(size, first, second, odds).replace("\n", " ")
    return drawing.picture(720, TOP + SIDE + 42, label, [*_square(size, lists), *_ruler(size, it)])


def estimate_by_odds(size: int = 3000, first: int = 20, second: int = 10, ax: Axes | None = None) -> Axes:
    """The estimate and its interval for lists that avoid each other (left) to lists that feed each other (right)."""
    ax = ax or new_axes(8, 3.8)
    found = [_setting(size, first, second, odds) for odds in ODDS]
    for place, (_, it) in enumerate(found):
        ax.plot([place, place], [it.low, it.high], color=BLUE, linewidth=3, solid_capstyle="butt")
        ax.plot(place, it.total, "o", color=BLACK)
    ax.axhline(size, color=VERMILION, linestyle="--")
    ax.annotate(f"truth: {size:,}", (len(ODDS) - 1.9, size), xytext=(0, 5), textcoords="offset points", color=RUST)
    ax.set_xticks(range(len(ODDS)), [f"{odds:g}" for odds in ODDS])
    ax.set_ylim(0, None)
    ax.yaxis.set_major_formatter(lambda y, _: f"{y:,.0f}")
    ax.set_xlabel("odds ratio between the lists (1 = independent, above 1 = one list feeds the other)")
    ax.set_ylabel("estimated people (persons)")
    ax.set_title("Dependence moves the estimate, and the interval does not know it")
    low, middle, high = found[0][1].total, found[ODDS.index(1.0)][1].total, found[-1][1].total
    alt = (
        f"Estimates with intervals for nine odds ratios; the truth is {size:,}. At {ODDS[0]:g} the estimate is {low:,.0f}, "
        f"at 1 it is {middle:,.0f}, at {ODDS[-1]:g} it is {high:,.0f}. Only near 1 does the interval hold the truth."
    )
    rows = [[odds, a.both, it.total, it.low, it.high] for odds, (a, it) in zip(ODDS, found, strict=True)]
    table = pd.DataFrame(rows, columns=["odds ratio", "on both", "estimate", "low", "high"]).round(2)
    source = f"Source: made up here; {size:,} people, lists that reach {first}% and {second}% of them."
    return tell(ax, alt=alt, source=source, table=table)
