"""How is a live picture drawn quickly and so that a screen reader can say it?

A thin layer over the svg.py library: parts in, one SVG string out, with a role and a label. svg.py writes text as it
is given, so every piece of text is escaped here. Colours follow the page: `INK` is black in a light theme, white in a
dark one. Keep a picture under about 150 parts; many bars or a curve go into one `path`.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence
from typing import Literal

import svg

from tipcourse.errors import IncompleteFigure

INK = "currentColor"
Anchor = Literal["start", "middle", "end"]


def picture(width: int, height: int, label: str, parts: Iterable[svg.Element]) -> str:
    """The finished SVG: `label` is what a screen reader says, so it must state what the picture shows just now.

    width, height  size in its own units; the picture shrinks with the page
    raises         IncompleteFigure when the label is blank
    """
    if not label.strip():
        raise IncompleteFigure("A live picture needs a label that says what it shows. Give one in plain words.")
    return svg.SVG(
        viewBox=svg.ViewBoxSpec(0, 0, width, height),
        style=f"width:100%;max-width:{width}px;height:auto;color:var(--jp-content-font-color1, inherit)",
        extra={"role": "img", "aria-label": html.escape(label)},
        elements=list(parts),
    ).as_str()


def words(x: float, y: float, text: str, size: int = 13, anchor: Anchor = "start", colour: str = INK) -> svg.Text:
    """A line of text that stays text; y is its baseline."""
    return svg.Text(
        x=round(x, 1), y=round(y, 1), text=html.escape(text), font_size=size, font_family="sans-serif",
        text_anchor=anchor, fill=colour,
    )  # fmt: skip


def box(x: float, y: float, width: float, height: float, colour: str, edge: str | None = None) -> svg.Rect:
    """A filled rectangle; with an edge it is outlined."""
    return svg.Rect(
        x=round(x, 1), y=round(y, 1), width=round(width, 1), height=round(height, 1), fill=colour, stroke=edge,
    )  # fmt: skip


def line(x1: float, y1: float, x2: float, y2: float, colour: str = INK, dashes: str | None = None) -> svg.Line:
    """A straight line; dashes such as '4 3' break it up."""
    return svg.Line(
        x1=round(x1, 1), y1=round(y1, 1), x2=round(x2, 1), y2=round(y2, 1), stroke=colour,
        extra={"stroke-dasharray": dashes} if dashes else None,
    )  # fmt: skip


def curve(points: Sequence[tuple[float, float]], colour: str = INK, width: float = 2) -> svg.Path:
    """A line through the points, as one part however many there are."""
    return path("M" + " L".join(f"{x:.1f} {y:.1f}" for x, y in points), "none", edge=colour, width=width)


def bars(boxes: Iterable[tuple[float, float, float, float]], colour: str) -> svg.Path:
    """Many rectangles (x, y, width, height) of one colour as one part."""
    return path("".join(f"M{x:.1f} {y:.1f}h{w:.1f}v{h:.1f}h{-w:.1f}z" for x, y, w, h in boxes), colour)


def path(steps: str, colour: str, edge: str | None = None, width: float = 1) -> svg.Path:
    """Any shape in SVG's own path language."""
    return svg.Path(fill=colour, stroke=edge, stroke_width=width if edge else None, extra={"d": steps})
