"""Every figure reaches a reader who cannot see it, and one that does not is refused."""

import itertools
import warnings

import matplotlib.pyplot as plt
import pandas as pd
import pytest

from tipcourse.errors import IncompleteFigure
from tipcourse.figures import drawing
from tipcourse.figures.base import PALETTE, figure_html, new_axes, png, show, show_table, table_html, tell


def told(**more):
    ax = new_axes(4, 2)
    ax.set_title("Two points")
    ax.plot([1, 2], [3, 4])
    return tell(ax, **{"alt": 'A line that "rises" from 3 to 4.', "source": "Source: made up <here>."} | more)


def test_a_figure_that_was_not_told_is_refused_by_name():
    ax = new_axes()
    ax.set_title("A lonely title")
    with pytest.raises(IncompleteFigure, match=r"A lonely title.*tell"):
        show(ax)


@pytest.mark.parametrize("missing", [{"alt": " "}, {"source": ""}], ids=["blank alt text", "blank source"])
def test_blank_words_are_refused(missing):
    with pytest.raises(IncompleteFigure, match="empty"):
        told(**missing)


def test_the_page_carries_picture_alt_text_source_and_numbers():
    page = figure_html(told(table=pd.DataFrame({"year": [1, 2], "value": [3, None]})))
    assert 'alt="A line that &quot;rises&quot; from 3 to 4."' in page
    assert 'src="data:image/png;base64,' in page and "max-width:100%" in page
    assert "<figcaption" in page and "made up &lt;here&gt;" in page
    assert "<details><summary>" in page and "not known" in page and 'scope="col"' in page


def test_show_displays_html_and_leaves_pyplot_alone(monkeypatch):
    seen = []
    monkeypatch.setattr("tipcourse.figures.base.display", seen.append)
    show(told())
    assert "<img alt=" in seen[0]._repr_html_()
    assert plt.get_fignums() == []


def test_a_learner_sees_a_figure_at_the_end_of_a_cell():
    assert told().figure._repr_png_().startswith(b"\x89PNG")


def test_the_same_figure_gives_the_same_bytes():
    assert png(told()) == png(told())
    assert png(told()).startswith(b"\x89PNG")


def test_a_table_cannot_smuggle_markup():
    assert "<script>" not in table_html(pd.DataFrame({"<script>": ["<script>"]}))


def test_a_table_of_text_is_shown_in_full(monkeypatch):
    seen = []
    monkeypatch.setattr("tipcourse.figures.base.display", seen.append)
    show_table(pd.DataFrame({"said": ["word " * 40, None]}))
    page = seen[0]._repr_html_()
    assert page.count("word") == 40 and "not known" in page and "..." not in page


def test_the_box_of_a_table_is_reached_by_keyboard_and_named_by_its_figure_or_columns():
    day = pd.DataFrame({"day": ["2017-07-10"], 'the "why"': ["because"]})
    assert 'tabindex="0"' in table_html(day)
    assert 'role="group" aria-label="Table: day, the &quot;why&quot;"' in table_html(day)
    assert 'aria-label="Table: Two points"' in figure_html(told(table=day))
    assert 'white-space:nowrap">2017-07-10</td>' in table_html(day)  # a day does not break at its hyphens


def test_what_a_learner_draws_gets_the_colours_of_the_course():
    ax = new_axes()
    assert [ax.plot([1, 2])[0].get_color() for _ in PALETTE] == list(PALETTE)


def test_colours_stay_apart_in_grey_print():
    grey = sorted(
        sum(w * int(c[i : i + 2], 16) for w, i in ((0.299, 1), (0.587, 3), (0.114, 5))) / 255 for c in PALETTE
    )
    assert min(b - a for a, b in itertools.pairwise(grey)) > 0.05


def test_a_live_picture_says_what_it_shows_and_keeps_text_as_text():
    parts = [
        drawing.words(1, 2, "a < b & c"), drawing.box(0, 0, 3, 4, "#000"), drawing.line(0, 0, 1, 1, dashes="4 3"),
        drawing.curve([(0, 0), (1, 2)]), drawing.bars([(0, 0, 1, 2), (1, 0, 1, 3)], "#333"),
    ]  # fmt: skip
    text = drawing.picture(100, 50, 'The bar is at "3"', parts)
    assert text.startswith("<svg") and 'role="img"' in text and 'aria-label="The bar is at &quot;3&quot;"' in text
    assert "a &lt; b &amp; c" in text and 'viewBox="0 0 100 50"' in text and 'stroke-dasharray="4 3"' in text
    with pytest.raises(IncompleteFigure, match="label"):
        drawing.picture(1, 1, "", [])


def test_a_glyph_that_the_font_lacks_is_noticed():
    ax = told()
    ax.set_xlabel("户口")
    with warnings.catch_warnings(), pytest.raises(UserWarning, match="missing"):
        warnings.simplefilter("error")
        png(ax)
