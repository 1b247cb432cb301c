"""The moving pyramid follows its sliders and stays readable without them."""

from __future__ import annotations

from tipcourse.widgets.population import moving_pyramid


def test_every_slider_changes_the_picture_and_the_words() -> None:
    pyramid = moving_pyramid()
    for name, value in [("year", 2050), ("fertility_percent", 120), ("gap_closed_percent", 100)]:
        picture, words = pyramid.picture.value, pyramid.readout.value
        pyramid.controls[name].value = value
        assert (pyramid.picture.value, pyramid.readout.value) != (picture, words), name
    assert "Pyramid of 2050" in pyramid.picture.value


def test_nothing_changed_means_the_outline_is_the_pyramid() -> None:
    assert "1,424 million people (without a change 1,424)" in moving_pyramid().readout.value


def test_without_widgets_a_figure_with_numbers_stands_in() -> None:
    page = moving_pyramid().still_html()
    assert "<figure" in page and "<table" in page
