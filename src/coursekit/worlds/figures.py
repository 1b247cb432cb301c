"""What does a check need to know about a figure?

A description taken in the student's world (titles, labels, limits, data of lines, bars and points, texts, legend), and
views over it that answer matplotlib's own getters, so that one check works on a view and on a live figure.
Pixels do not travel.
"""

from __future__ import annotations

from typing import Any

ITEMS_MAX = 5_000


def describe(value: Any) -> dict[str, Any] | None:
    """Plain data for a Figure, an Axes or one of their artists; None where value is something else."""
    from matplotlib.axes import Axes
    from matplotlib.container import Container
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    if isinstance(value, Figure):
        return {"kind": "figure", "axes": [_axes(a) for a in value.axes], "suptitle": value.get_suptitle(),
                "size": [float(n) for n in value.get_size_inches()]}  # fmt: skip
    if isinstance(value, Axes):
        return {"kind": "axes", **_axes(value)}
    if isinstance(value, Line2D):
        return {"kind": "line", **_line(value)}
    if isinstance(value, Patch):
        return {"kind": "patch", **_patch(value)}
    if isinstance(value, Container):
        return {"kind": "bars", "patches": [_patch(p) for p in value if isinstance(p, Patch)],
                "label": str(value.get_label())}  # fmt: skip
    return None


def _axes(ax: Any) -> dict[str, Any]:
    legend = ax.get_legend()
    return {
        "title": ax.get_title(),
        "title_left": ax.get_title(loc="left"),
        "title_right": ax.get_title(loc="right"),
        "xlabel": ax.get_xlabel(),
        "ylabel": ax.get_ylabel(),
        "xlim": [float(n) for n in ax.get_xlim()],
        "ylim": [float(n) for n in ax.get_ylim()],
        "xscale": ax.get_xscale(),
        "yscale": ax.get_yscale(),
        "xticks": [float(n) for n in ax.get_xticks()],
        "yticks": [float(n) for n in ax.get_yticks()],
        "xticklabels": [t.get_text() for t in ax.get_xticklabels()],
        "yticklabels": [t.get_text() for t in ax.get_yticklabels()],
        "lines": [_line(line) for line in ax.lines[:ITEMS_MAX]],
        "patches": [_patch(patch) for patch in ax.patches[:ITEMS_MAX]],
        "collections": [_collection(c) for c in ax.collections[:ITEMS_MAX]],
        "containers": [[_patch(p) for p in c if hasattr(p, "get_facecolor")] for c in ax.containers[:ITEMS_MAX]],
        "container_labels": [str(c.get_label()) for c in ax.containers[:ITEMS_MAX]],
        "texts": [_text(t) for t in ax.texts[:ITEMS_MAX]],
        "images": [_array(image.get_array()) for image in ax.images[:20]],
        "legend": None if legend is None else _legend(legend),
    }


def _legend(legend: Any) -> dict[str, Any]:
    return {"title": legend.get_title().get_text(), "texts": [t.get_text() for t in legend.get_texts()]}


def _array(data: Any) -> Any:
    """A plain array: units, masks and tables are turned into the numbers that were drawn."""
    import numpy as np

    if np.ma.isMaskedArray(data):
        data = np.ma.filled(np.ma.asarray(data, dtype=float), np.nan)
    return np.asarray(data)


def _colour(colour: Any) -> list[float]:
    from matplotlib.colors import to_rgba

    return [float(part) for part in to_rgba(colour)]


def _line(line: Any) -> dict[str, Any]:
    return {
        "xdata": _array(line.get_xdata()),
        "ydata": _array(line.get_ydata()),
        "label": str(line.get_label()),
        "color": _colour(line.get_color()),
        "linestyle": str(line.get_linestyle()),
        "linewidth": float(line.get_linewidth()),
        "marker": str(line.get_marker()),
    }


def _patch(patch: Any) -> dict[str, Any]:
    facts = {"label": str(patch.get_label()), "facecolor": _colour(patch.get_facecolor()),
             "edgecolor": _colour(patch.get_edgecolor()), "hatch": patch.get_hatch()}  # fmt: skip
    for name in ("x", "y", "width", "height"):
        getter = getattr(patch, f"get_{name}", None)
        facts[name] = None if getter is None else float(getter())
    facts["theta1"] = getattr(patch, "theta1", None)
    facts["theta2"] = getattr(patch, "theta2", None)
    facts["xy"] = _array(patch.get_xy()) if hasattr(patch, "get_xy") else None
    return facts


def _collection(collection: Any) -> dict[str, Any]:
    data = collection.get_array()
    return {
        "offsets": _array(collection.get_offsets()),
        "label": str(collection.get_label()),
        "facecolors": _array(collection.get_facecolors()),
        "sizes": _array(collection.get_sizes()) if hasattr(collection, "get_sizes") else None,
        "array": None if data is None else _array(data),
        "segments": [_array(path.vertices) for path in collection.get_paths()[:ITEMS_MAX]],
    }


def _text(text: Any) -> dict[str, Any]:
    x, y = text.get_position()
    xy = getattr(text, "xy", None)
    return {"text": text.get_text(), "x": _number(x), "y": _number(y), "xy": None if xy is None else _pair(xy)}


def _number(value: Any) -> float | None:
    try:
        return float(value)
    except (TypeError, ValueError):
        return None


def _pair(xy: Any) -> list[Any]:
    return [_number(xy[0]), _number(xy[1])]


class View:
    """Something drawn, known by description. get_<fact>() answers as matplotlib does; drawing on it is an error."""

    def __init__(self, facts: dict[str, Any]) -> None:
        self._facts = facts

    def __getattr__(self, name: str) -> Any:
        if name.startswith("get_") and name[4:] in self.__dict__.get("_facts", {}):
            value = self._facts[name[4:]]
            return lambda *args, **kwargs: value
        raise AttributeError(
            f"A check sees a description of the figure, which has no '{name}'. Known: "
            + ", ".join(sorted(f"get_{fact}" for fact in self.__dict__.get("_facts", {})))
        )

    def __repr__(self) -> str:
        return f"<description of a {type(self).__name__}>"


class Text(View):
    def get_position(self) -> tuple[float, float]:
        return self._facts["x"], self._facts["y"]

    @property
    def xy(self) -> Any:
        return self._facts["xy"]


class Line(View):
    def get_xydata(self) -> Any:
        import numpy as np

        return np.column_stack([self._facts["xdata"], self._facts["ydata"]])

    def get_data(self) -> tuple[Any, Any]:
        return self._facts["xdata"], self._facts["ydata"]

    def get_c(self) -> Any:
        return self._facts["color"]


class Patch(View):
    def get_xy(self) -> Any:
        x, y = self._facts["x"], self._facts["y"]
        return (x, y) if x is not None and y is not None else self._facts["xy"]

    def get_bbox(self) -> Any:
        from matplotlib.transforms import Bbox

        return Bbox.from_bounds(*(self._facts[name] for name in ("x", "y", "width", "height")))

    @property
    def theta1(self) -> Any:
        return self._facts["theta1"]

    @property
    def theta2(self) -> Any:
        return self._facts["theta2"]

    def get_facecolor(self) -> tuple[float, ...]:
        return tuple(self._facts["facecolor"])

    def get_edgecolor(self) -> tuple[float, ...]:
        return tuple(self._facts["edgecolor"])


class Collection(View):
    def get_facecolor(self) -> Any:
        return self._facts["facecolors"]


class Legend(View):
    def get_texts(self) -> list[Text]:
        return [_label(text) for text in self._facts["texts"]]

    def get_title(self) -> Text:
        return _label(self._facts["title"])


class Bars(View):
    """What ax.bar returns: a sequence of bars."""

    @property
    def patches(self) -> list[Patch]:
        return [Patch(p) for p in self._facts["patches"]]

    def __len__(self) -> int:
        return len(self._facts["patches"])

    def __iter__(self) -> Any:
        return iter(self.patches)

    def __getitem__(self, i: int) -> Patch:
        return self.patches[i]


class Axes(View):
    @property
    def lines(self) -> list[Line]:
        return [Line(line) for line in self._facts["lines"]]

    def get_lines(self) -> list[Line]:
        return self.lines

    @property
    def patches(self) -> list[Patch]:
        return [Patch(p) for p in self._facts["patches"]]

    @property
    def collections(self) -> list[Collection]:
        return [Collection(c) for c in self._facts["collections"]]

    @property
    def containers(self) -> list[Bars]:
        pairs = zip(self._facts["containers"], self._facts["container_labels"], strict=True)
        return [Bars({"patches": patches, "label": label}) for patches, label in pairs]

    @property
    def texts(self) -> list[Text]:
        return [Text(t) for t in self._facts["texts"]]

    @property
    def images(self) -> list[View]:
        return [View({"array": data}) for data in self._facts["images"]]

    def get_images(self) -> list[View]:
        return self.images

    @property
    def title(self) -> Text:
        return _label(self._facts["title"])

    def get_title(self, loc: str = "center") -> str:
        return str(self._facts["title" if loc == "center" else f"title_{loc}"])

    def get_xlim(self) -> tuple[float, float]:
        return tuple(self._facts["xlim"])

    def get_ylim(self) -> tuple[float, float]:
        return tuple(self._facts["ylim"])

    def get_xticklabels(self, *args: Any, **kwargs: Any) -> list[Text]:
        return [_label(text) for text in self._facts["xticklabels"]]

    def get_yticklabels(self, *args: Any, **kwargs: Any) -> list[Text]:
        return [_label(text) for text in self._facts["yticklabels"]]

    def get_legend(self) -> Legend | None:
        legend = self._facts["legend"]
        return None if legend is None else Legend(legend)

    @property
    def legend_(self) -> Legend | None:
        return self.get_legend()

    def get_legend_handles_labels(self) -> tuple[list[Any], list[str]]:
        drawn: list[Any] = [*self.lines, *self.patches, *self.collections]
        named = [d for d in drawn if d.get_label() and not d.get_label().startswith("_")]
        return named, [d.get_label() for d in named]

    @property
    def figure(self) -> Figure:
        return Figure({"axes": [self._facts], "suptitle": "", "size": [6.4, 4.8]})

    def get_figure(self) -> Figure:
        return self.figure


class Figure(View):
    @property
    def axes(self) -> list[Axes]:
        return [Axes(facts) for facts in self._facts["axes"]]

    def get_axes(self) -> list[Axes]:
        return self.axes

    def gca(self) -> Axes:
        return self.axes[-1]

    def get_size_inches(self) -> Any:
        import numpy as np

        return np.array(self._facts["size"])


_KINDS: dict[str, type[View]] = {"figure": Figure, "axes": Axes, "line": Line, "patch": Patch, "bars": Bars}


def revive(facts: Any) -> View:
    """The view over a description."""
    if not isinstance(facts, dict) or facts.get("kind") not in _KINDS:
        raise TypeError("Not the description of a figure.")
    return _KINDS[facts["kind"]](facts)


def _label(text: str) -> Text:
    return Text({"text": text, "x": None, "y": None, "xy": None})
