"""What does a check need to know about a figure?

A description taken in the student's world, as plain data: titles, labels, limits, data of lines, bars and points, texts,
legend. Pixels do not travel. Not here: how a check looks at a description; see views.py.
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
