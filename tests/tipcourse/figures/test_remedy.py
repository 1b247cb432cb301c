"""The pictures of unit 6 say what the tables and the model say."""

import datetime as dt

import pytest

from tipcourse import data
from tipcourse.figures import remedy as figures
from tipcourse.figures.base import figure_html, telling
from tipcourse.remedy import forced_labour, gains, hypothetical_chain, people_left, readings
from tipcourse.widgets.remedy import remedy_chain

BINDS = dt.date(2023, 8, 12)


def test_the_matrix_shows_every_reading_with_its_result():
    ax = figures.readings_matrix(readings())
    table = telling(ax).table
    assert len(ax.patches) == 5 * len(readings())
    words = {True: "yes", False: "no", None: "not known"}
    assert table["forced labour"].tolist() == [words[forced_labour(r.facts).forced] for r in readings().values()]


def test_three_systems_had_ended_before_the_convention_bound():
    ax = figures.detention_spans(data.load("detention_systems"), BINDS)
    assert ax.get_title().startswith("3 of 4")
    assert len(ax.patches) == 4
    assert "first day not known" in " ".join(text.get_text() for text in ax.texts)


def test_a_count_without_an_upper_end_is_said_to_be_at_least():
    ax = figures.crackdown_counts(data.load("crackdown_counts"))
    texts = [text.get_text() for text in ax.texts]
    assert texts == ["at least 50", "275-284", "at least 248", "at least 300", "about 300"]


def test_estimates_keep_their_missing_ends():
    ax = figures.border_estimates(data.load("border_estimates"))
    texts = [text.get_text() for text in ax.texts]
    assert "up to 100,000" in texts and "more than 2,000" in texts
    assert len(telling(ax).table) == 9


def test_bars_of_the_chain_are_the_models_numbers():
    chain = hypothetical_chain()
    ax = figures.chain_left(chain)
    assert [patch.get_width() for patch in ax.patches] == pytest.approx([1000, *people_left(chain).values()])
    bars = figures.step_gains(chain)
    assert [patch.get_height() for patch in bars.patches] == pytest.approx([1000 * g for g in gains(chain).values()])
    assert "Hypothetical" in ax.get_title(loc="right") and "Hypothetical" in bars.get_title()


def test_the_live_picture_says_what_it_shows():
    svg = figures.chain_svg({"knows": 0.5, "carried out": 0.2}, {"knows": 0.02, "carried out": 0.05})
    assert 'role="img"' in svg and "100.0 reach a remedy" in svg and "weakest step is carried out" in svg


def test_the_widget_follows_its_sliders_and_the_box():
    chain = remedy_chain()
    before = chain.picture.value
    assert "11.3 of 1,000" in chain.readout.value
    chain.controls["carried_out"].value = 100
    assert "16.2 of 1,000" in chain.readout.value and chain.picture.value != before
    chain.controls["look_ahead"].value = True
    assert "buy most at &#x27;finds help&#x27;" in chain.readout.value and "1.5 of 1,000" in chain.readout.value
    assert "<img alt=" in chain.still_html()


def test_every_control_at_zero_draws_too():
    chain = remedy_chain()
    for name, control in chain.controls.items():
        if name != "look_ahead":
            control.value = 0
    assert "0.0 of 1,000" in chain.readout.value


def test_pictures_draw_without_a_warning_and_with_labelled_axes():
    for ax in (
        figures.readings_matrix(readings()),
        figures.detention_spans(data.load("detention_systems"), BINDS),
        figures.crackdown_counts(data.load("crackdown_counts")),
        figures.border_estimates(data.load("border_estimates")),
        figures.chain_left(hypothetical_chain()),
        figures.step_gains(hypothetical_chain()),
    ):
        assert "<img alt=" in figure_html(ax) and ax.get_xlabel() and ax.get_ylabel()
