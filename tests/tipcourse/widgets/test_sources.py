"""The date explorer follows its controls and stays readable without them."""

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
