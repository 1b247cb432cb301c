"""The date explorer follows its controls and stays readable without them."""

import datetime as dt

import pytest

from tipcourse.figures.sources import FIRST_YEAR
from tipcourse.sources.reading import known_by
from tipcourse.widgets.sources import date_explorer


def test_moving_to_another_date_changes_picture_and_words():
    explorer = date_explorer()
    before = explorer.picture.value
    explorer.controls["column"].value = "posted_date"
    assert explorer.picture.value != before
    assert "1 January 2010. Entries dated by then: none." in explorer.readout.value


def test_every_month_can_be_drawn():
    explorer = date_explorer()
    months = explorer.controls["months"]
    for value in range(months.min, months.max + 1, 7):
        months.value = value
        assert "aria-label" in explorer.picture.value


def test_without_widgets_there_is_a_still_figure():
    assert "<figure" in date_explorer().still_html()


@pytest.mark.parametrize("which", ["event_date", "entry_date", "posted_date"])
def test_it_names_the_entries_that_the_model_finds(which: str) -> None:
    explorer = date_explorer()
    explorer.controls["column"].value = which
    for months in range(0, explorer.controls["months"].max + 1, 7):
        explorer.controls["months"].value = months
        day = dt.date(FIRST_YEAR + months // 12, months % 12 + 1, 1)
        ids = ", ".join(sorted(known_by(day, which)["entry_id"])) or "none"
        assert f"Entries dated by then: {ids}." in explorer.readout.value
