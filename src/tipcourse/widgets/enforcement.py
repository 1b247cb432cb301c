"""The overlap explorer: what do two lists say about people on neither, and when do they mislead?"""

from __future__ import annotations

from tipcourse.figures.overlap import ODDS, estimate_by_odds, overlap_svg, overlap_words
from tipcourse.widgets.base import Live, choice, live, slider

WORDS = {
    0.2: " (strong avoidance)",
    0.5: " (avoidance)",
    1.0: " (independent)",
    2.0: " (referral)",
    5.0: " (strong referral)",
}


def overlap_explorer() -> Live:
    """Sliders for the truth and the two lists, a choice of dependence; the picture shows lists, estimate and truth."""
    controls = {
        "size": slider("True number of people (made up)", 500, 10_000, 3000, 500),
        "first": slider("List A reaches, percent", 2, 60, 20),
        "second": slider("List B reaches, percent", 2, 60, 10),
        "odds": choice("Odds ratio between the lists", [(f"{o:g}{WORDS.get(o, '')}", o) for o in ODDS], 1.0),
    }
    return live(overlap_svg, controls, overlap_words, static=estimate_by_odds())
