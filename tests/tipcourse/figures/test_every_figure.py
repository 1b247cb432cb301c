"""Every figure that a lesson shows: its colours, its words and its numbers, for readers who see little or differently."""

from __future__ import annotations

import contextlib
import io
import itertools
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import nbformat
import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.backend_bases import RendererBase
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import Collection
from matplotlib.colors import to_hex, to_rgb
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.text import Text
from seeing import EYES, apart, contrast

from tipcourse.figures import base

COURSE = Path(__file__).resolve().parents[3] / "course"
LESSONS = sorted(path.stem for path in COURSE.glob("?-*.ipynb"))
APART = 20  # in CIELAB; lines of 1.2 points next to each other can still be told apart at this distance
READABLE = 4.5  # WCAG 2.1 AA, for text of any size
COLOURS = {to_hex(colour) for colour in (*base.PALETTE, base.UNKNOWN)}


@cache
def shown(lesson: str) -> list[Axes]:
    """What the lesson shows, still figures of live pictures among it, in order."""
    cells = [c.source for c in nbformat.read(COURSE / f"{lesson}.ipynb", as_version=4).cells if c.cell_type == "code"]
    found: list[Axes] = []
    told, names = base.telling, {}
    with pytest.MonkeyPatch.context() as patch, contextlib.redirect_stdout(io.StringIO()):
        patch.chdir(COURSE)
        patch.setattr(base, "display", lambda *_: None)
        patch.setattr(base, "telling", lambda ax: found.append(ax) or told(ax))
        for source in cells:
            exec(compile(source, lesson, "exec"), names)
    return found


def every_part(figure: Figure) -> Iterator[Line2D | Patch | Collection]:
    """What is drawn for the data: not axes, not their background, not texts."""
    for ax in figure.axes:
        yield from (part for part in (*ax.lines, *ax.patches, *ax.collections) if part.get_visible())


def colours_of(part: Line2D | Patch | Collection) -> set[str]:
    given = [part.get_color()] if isinstance(part, Line2D) else [*np.atleast_2d(part.get_facecolor())]
    return {to_hex(colour) for colour in given if len(np.atleast_1d(colour)) < 4 or colour[3] > 0}


@pytest.mark.parametrize("eye", EYES)
def test_any_two_colours_of_the_course_stay_apart(eye: str) -> None:
    pairs = itertools.combinations((*base.PALETTE, base.UNKNOWN), 2)
    assert {pair: apart(*pair, eye) for pair in pairs if apart(*pair, eye) < APART} == {}


def test_the_test_itself_sees_red_and_green_fall_together() -> None:
    assert apart("#C0504D", "#7F8C3B", "usual") > 3 * apart("#C0504D", "#7F8C3B", "deutan")
    assert contrast("white", "black") == pytest.approx(21)
    assert contrast("#767676", "white") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("lesson", LESSONS)
def test_a_figure_uses_the_colours_of_the_course_and_greys(lesson: str) -> None:
    """Greys are for grids and bands; LIGHT, the 'no' of unit 1, carries a sign in every field."""
    for ax in shown(lesson):
        used = set().union(*map(colours_of, every_part(ax.figure)))
        coloured = {colour for colour in used if len(set(to_rgb(colour))) > 1}
        assert coloured <= COLOURS, ax.get_title()


@pytest.mark.parametrize("lesson", LESSONS)
def test_lines_of_a_legend_differ_in_more_than_colour(lesson: str) -> None:
    for ax in shown(lesson):
        lines = [line for line in ax.lines if not line.get_label().startswith("_")]
        looks = [
            (line.get_marker(), line.get_linestyle(), line.get_linewidth(), line.get_markerfacecolor() == "#FFFFFF")
            for line in lines
        ]
        assert len(set(looks)) == len(looks), (ax.get_title(), looks)


def drawn(figure: Figure, draw_text: Callable[[Text, RendererBase], None]) -> np.ndarray:
    """The figure's pixels, rows from below, with `draw_text` in place of what draws a text."""
    with pytest.MonkeyPatch.context() as patch:
        canvas = FigureCanvasAgg(figure)
        canvas.draw()  # the layout finds its places
        patch.setattr(Text, "draw", draw_text)
        canvas.draw()
    return np.asarray(canvas.buffer_rgba())[::-1, :, :3]


def words_of(figure: Figure) -> tuple[list[Text], np.ndarray]:
    """The texts that are really drawn, and the figure without them."""
    texts: list[Text] = []
    pixels = drawn(figure, lambda text, *_: texts.append(text) if text.get_text().strip() else None)
    return texts, pixels


def behind(text: Text, pixels: np.ndarray) -> str:
    """The colour that fills most of the place of a text."""
    place = text.get_window_extent()
    part = pixels[max(0, int(place.y0)) : int(place.y1) + 1, max(0, int(place.x0)) : int(place.x1) + 1].reshape(-1, 3)
    kinds, counts = np.unique(part, axis=0, return_counts=True)
    return to_hex(kinds[counts.argmax()] / 255)


@pytest.mark.parametrize("lesson", LESSONS)
def test_every_word_of_a_figure_can_be_read(lesson: str) -> None:
    pale = []
    for ax in shown(lesson):
        texts, pixels = words_of(ax.figure)
        for text in texts:
            if contrast(text.get_color(), colour := behind(text, pixels)) < READABLE:
                pale.append((base._title(ax), text.get_text(), text.get_color(), colour))
    assert pale == []


@pytest.mark.parametrize("lesson", LESSONS)
def test_no_word_of_a_figure_is_cut_off(lesson: str) -> None:
    lost = []
    for ax in shown(lesson):
        texts, pixels = words_of(ax.figure)
        high, wide, _ = pixels.shape
        for text in texts:
            box = text.get_window_extent()
            if box.x0 < -1 or box.y0 < -1 or box.x1 > wide + 1 or box.y1 > high + 1:
                lost.append((base._title(ax), text.get_text()))
    assert lost == []


@pytest.mark.parametrize("lesson", LESSONS)
def test_what_is_said_of_a_figure_ends_in_one_full_stop(lesson: str) -> None:
    for ax in shown(lesson):
        story = base.telling(ax)
        assert ".." not in story.alt + story.source.replace("...", "")
        assert base._title(ax)


@pytest.mark.parametrize("lesson", LESSONS)
def test_every_figure_gives_its_numbers_as_a_table_too(lesson: str) -> None:
    for ax in shown(lesson):
        table = base.telling(ax).table
        assert table is not None and not table.empty, base._title(ax)
