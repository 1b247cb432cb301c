"""How does a figure reach every reader: on a screen, in print, by ear, in a web page?

`new_axes` gives an empty Axes, `tell` adds what the eye cannot carry (alt text, source, the numbers as a table),
`show` displays all of it. A figure that was not told is refused. Not here: what any one figure shows.
"""

from __future__ import annotations

import base64
import html
import io
import re
from dataclasses import dataclass
from typing import cast
from weakref import WeakKeyDictionary

import pandas as pd
from IPython.display import HTML, display
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from tipcourse.errors import IncompleteFigure

# Okabe and Ito 2008: the five that stay apart in grey print too. Where order means something, order by lightness.
BLACK, BLUE, VERMILION, SKY, YELLOW = "#000000", "#0072B2", "#D55E00", "#56B4E9", "#F0E442"
RUST = "#B34700"  # vermilion for words: on white it is too pale to read, this has a contrast of 5.5
PALETTE = (BLUE, VERMILION, BLACK, SKY, YELLOW)
UNKNOWN = "#FFFFFF"  # an unknown is an empty field with a dotted edge, never a colour of its own
DOTS_PER_INCH = 110


@dataclass(frozen=True)
class Telling:
    """What a figure says to a reader who cannot see it: alt text, source line, numbers (None where there are none)."""

    alt: str
    source: str
    table: pd.DataFrame | None


_told: WeakKeyDictionary[Figure, Telling] = WeakKeyDictionary()


class Sheet(Figure):
    """A figure that a learner sees by ending a cell with `ax.figure`; for readers of the course there is `show`."""

    def _repr_png_(self) -> bytes:
        return _png(self)


def new_axes(width_in: float = 8, height_in: float = 4) -> Axes:
    """An empty Axes on a figure of its own, in inches, without any of pyplot's hidden state."""
    ax = Sheet(figsize=(width_in, height_in), layout="constrained").add_subplot()
    ax.spines[["top", "right"]].set_visible(False)
    ax.set_prop_cycle(color=PALETTE)  # also for what a learner draws without naming a colour
    return ax


def _figure(ax: Axes) -> Figure:
    return cast(Figure, ax.get_figure(root=True))


def _title(ax: Axes) -> str:
    """The title, wherever it stands, of whichever Axes of the figure has one, on one line."""
    titles = (each.get_title(loc=place) for each in (ax, *_figure(ax).axes) for place in ("center", "left", "right"))
    return " ".join(next((title for title in titles if title), "").split())


def tell(ax: Axes, *, alt: str, source: str, table: pd.DataFrame | None = None) -> Axes:
    """The same Axes, now with what show() needs.

    alt      one to four sentences: what is drawn, what it shows, the numbers that matter
    source   where the numbers come from, for example tipcourse.data.source_line('tier_history')
    table    the numbers behind the figure, one row per mark or a fair summary; None only where there are none
    raises   IncompleteFigure when alt text or source is blank
    """
    for name, words in (("alt text", alt), ("source line", source)):
        if not words.strip():
            raise IncompleteFigure(f"This figure has an empty {name}. Say in words what it shows and where it is from.")
    _told[_figure(ax)] = Telling(alt, source, None if table is None else table.copy())
    return ax


def telling(ax: Axes) -> Telling:
    """What the figure was told; IncompleteFigure when it was not."""
    story = _told.get(_figure(ax))
    if story is None:
        title = _title(ax) or "without a title"
        raise IncompleteFigure(
            f"The figure ({title}) has no alt text. Call tell(ax, alt=..., source=...) before show(ax)."
        )
    return story


def table_html(table: pd.DataFrame, summary: str = "The same as a table", of: str = "") -> str:
    """The table as HTML, folded under its summary; an unknown cell reads 'not known'. of: the figure's title."""
    return f"<details><summary>{html.escape(summary)}</summary>{_rows_html(table, of)}</details>"


def _rows_html(table: pd.DataFrame, of: str = "") -> str:
    """Every cell in full: pandas would cut long text. The box scrolls by keyboard too and is named by title or columns."""
    rows = table.astype(object).where(table.notna(), "not known")
    with pd.option_context("display.max_colwidth", None):
        inner = rows.to_html(index=False, border=0, justify="unset")
    left = 'style="text-align:left;vertical-align:top"'  # notebooks align every cell to the right
    inner = inner.replace("<th></th>", "<td></td>")  # a column without a name: an empty heading would be read aloud
    inner = inner.replace("<th>", f'<th scope="col" {left}>').replace("<td>", f"<td {left}>")
    inner = re.sub(
        r'<td style="([^"]*)">(\d{4}-\d\d-\d\d)<', r'<td style="\1;white-space:nowrap">\2<', inner
    )  # no broken days
    name = html.escape(f"Table: {of or ', '.join(str(column) for column in table.columns)}", quote=True)
    return f'<div class="wide" style="overflow-x:auto" role="group" aria-label="{name}" tabindex="0">{inner}</div>'


def png(ax: Axes) -> bytes:
    """The figure as a PNG on white, so that it reads in a dark theme too."""
    return _png(_figure(ax))


def _png(figure: Figure) -> bytes:
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=DOTS_PER_INCH, facecolor="white", metadata={"Software": None})
    return buffer.getvalue()


def figure_html(ax: Axes) -> str:
    """The told figure as HTML: picture with alt text, source, then the numbers folded away.

    raises IncompleteFigure when the figure was not told
    """
    story = telling(ax)
    picture = base64.b64encode(png(ax)).decode("ascii")
    width = round(_figure(ax).get_figwidth() * DOTS_PER_INCH)
    return (
        '<figure style="margin:1em 0">'
        f'<img alt="{html.escape(story.alt)}" src="data:image/png;base64,{picture}" '
        f'style="width:{width}px;max-width:100%;height:auto">'
        f'<figcaption style="font-size:0.85em">{html.escape(story.source)}</figcaption></figure>'
        + ("" if story.table is None else table_html(story.table, of=_title(ax)))
    )


def show(ax: Axes) -> None:
    """Display the told figure in JupyterLab or in any page made from the notebook.

    raises IncompleteFigure when the figure was not told
    """
    display(HTML(figure_html(ax)))


def show_table(table: pd.DataFrame) -> None:
    """Display a table of text in full, without its index; an unknown cell reads 'not known'."""
    display(HTML(_rows_html(table)))
