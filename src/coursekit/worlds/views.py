"""How does a check look at a figure of which only the description travelled?

Through views that answer matplotlib's own getters, so that one check works on a view and on a live figure. What a
description holds is said in figures.py.
"""

from __future__ import annotations

from typing import Any


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
