"""How does a reader move something and see at once what changes?

`live` joins controls with visible labels, a picture (SVG text) and a read-out in words. Where widgets cannot run - a
web page, a printed notebook - the same cell shows the first picture, its read-out and, if given, a still figure.
Not here: any arithmetic. The picture function calls a figure, the figure a model.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import ipywidgets
from matplotlib.axes import Axes

from tipcourse.errors import IncompleteFigure, TipcourseError
from tipcourse.figures.base import figure_html

Words = Callable[..., str]
READOUT = '<div role="status" aria-live="polite" style="line-height:1.5">{}</div>'
WIDE = {"description_width": "initial"}
# ipywidgets keeps a label on one line and a control on the same; on a narrow or zoomed page both must wrap.
WRAP = (
    "<style>.course-live,.course-live .widget-inline-hbox{box-sizing:border-box;max-width:100%}"
    ".course-live .widget-inline-hbox{flex-wrap:wrap;height:auto;margin:2px 0}"
    ".course-live .widget-inline-hbox>*{min-width:0;max-width:100%}"
    ".course-live .widget-inline-hbox>.widget-label{white-space:normal;height:auto;line-height:1.4;max-width:100%}"
    # Its ring around what the keyboard is on is taken away by ipywidgets' own style; BLUE is seen on white and on black.
    ".course-live.course-live :is(input,select,.noUi-handle):focus-visible{outline:3px solid #0072B2!important;"
    "outline-offset:2px}</style>"
)


def _room(label: str) -> dict[str, str]:
    """A width that leaves the slider itself about 20 em beside its label, however long the label is."""
    return {"width": f"min(100%, {22 + 0.55 * len(label):.0f}em)"}


def slider(label: str, low: int, high: int, start: int, step: int = 1) -> ipywidgets.IntSlider:
    """A slider over whole numbers, moved by mouse or arrow keys, that answers while it moves."""
    return ipywidgets.IntSlider(start, low, high, step, description=label, style=WIDE, layout=_room(label))


def decimal_slider(label: str, low: float, high: float, start: float, step: float) -> ipywidgets.FloatSlider:
    """A slider over decimal numbers."""
    return ipywidgets.FloatSlider(
        start, min=low, max=high, step=step, description=label, style=WIDE, layout=_room(label)
    )


def choice(label: str, options: list[Any] | list[tuple[str, Any]], start: Any = None) -> ipywidgets.Dropdown:
    """A list to choose one thing from: values, or pairs of the words shown and the value."""
    first = options[0][1] if isinstance(options[0], tuple) else options[0]
    return ipywidgets.Dropdown(
        options=options, value=first if start is None else start, description=label, style=WIDE,
        layout={"width": f"min(100%, {max(32, 14 + 0.55 * len(label)):.0f}em)"},
    )  # fmt: skip


def tick(label: str, start: bool = False) -> ipywidgets.Checkbox:
    """A box to tick for yes."""
    return ipywidgets.Checkbox(start, description=label, indent=False, style=WIDE, layout={"width": "auto"})


def _setting(control: Any) -> str:
    """Where a control stands, in the words that it shows; a ticked box reads yes."""
    if isinstance(control.value, bool) and not hasattr(control, "label"):
        return "yes" if control.value else "no"
    return str(getattr(control, "label", control.value))


@dataclass
class Part:
    """HTML of the picture, or of the read-out, as it is now."""

    value: str = ""


class Live(ipywidgets.VBox):
    """Controls, picture and read-out that follow each other; still readable where widgets cannot run.

    Picture and read-out stand in one HTML widget: one message for a move instead of two, so it is seen sooner.
    """

    def __init__(self, drawn: Words, controls: Mapping[str, Any], said: Words | None, static: Axes | None) -> None:
        unlabelled = [name for name, control in controls.items() if not control.description.strip()]
        if unlabelled:
            raise IncompleteFigure(
                f"No label on {', '.join(unlabelled)}. Give each control a description that is shown."
            )
        self.controls, self._drawn, self._said = dict(controls), drawn, said
        self._static = "" if static is None else figure_html(static)
        self.picture, self.readout, self._page = Part(), Part(), ipywidgets.HTML()
        super().__init__([*self.controls.values(), ipywidgets.HTML(WRAP), self._page])
        self.add_class("course-live")
        for control in self.controls.values():
            control.observe(self._redraw, "value")
        self._redraw()

    def _redraw(self, _change: Any = None) -> None:
        values = {name: control.value for name, control in self.controls.items()}
        try:
            picture = self._drawn(**values)
            said = self._said(**values) if self._said else ""
        except TipcourseError as problem:  # a setting that the model refuses: say why, draw nothing that could mislead
            picture, said = "", str(problem)
        self.picture.value, self.readout.value = picture, READOUT.format(html.escape(said).replace("\n", "<br>"))
        self._page.value = self.picture.value + self.readout.value

    def still_html(self) -> str:
        """What a page without widgets shows: the settings, the picture, the read-out, the still figure."""
        settings = "; ".join(f"{c.description}: {_setting(c)}" for c in self.controls.values())
        head = f"<p>The controls work in JupyterLab. Here they stand at: {html.escape(settings)}.</p>"
        return head + self.picture.value + self.readout.value + self._static

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        bundle = super()._repr_mimebundle_(**kwargs)
        if isinstance(bundle, dict):
            bundle["text/html"] = self.still_html()
        return bundle


def live(picture: Words, controls: Mapping[str, Any], readout: Words | None = None, static: Axes | None = None) -> Live:
    """A live picture, to stand as the last line of a cell.

    picture   called with the value of every control by name, returns SVG text (tipcourse.figures.drawing.picture)
    controls  parameter name -> control, made with slider, decimal_slider, choice or tick
    readout   called like picture, returns the same in one or two plain sentences (no HTML; a newline breaks the line)
    static    a told figure for pages where widgets cannot run; it may carry the table of what the picture can show
    raises    IncompleteFigure when a control has no label
    A TipcourseError of the picture or the read-out is shown as text in place of the picture.
    """
    return Live(picture, controls, readout, static)
