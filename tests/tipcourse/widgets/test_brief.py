"""More runs, a narrower band."""

import re

from tipcourse.widgets.brief import run_explorer


def interval(words: str) -> float:
    low, high = re.search(r"interval ([\d.]+)% to ([\d.]+)%", words).groups()
    return float(high) - float(low)


def test_more_runs_and_larger_runs_say_more():
    explorer = run_explorer()
    few = interval(explorer.readout.value)
    explorer.controls["runs"].value = 100
    many = interval(explorer.readout.value)
    explorer.controls["workers"].value = 8000
    assert few > many > interval(explorer.readout.value)


def test_the_same_setting_gives_the_same_picture():
    explorer = run_explorer()
    before = explorer.picture.value
    explorer.controls["runs"].value = 60
    explorer.controls["runs"].value = 5
    assert explorer.picture.value == before


def test_without_widgets_there_is_a_still_figure():
    assert "hypothetical" in run_explorer().still_html() and "<figure" in run_explorer().still_html()


def test_an_interval_that_reaches_below_zero_is_named_as_one():
    explorer = run_explorer()
    explorer.controls["workers"].value = 500
    explorer.controls["runs"].value = 2
    assert "interval -" in explorer.readout.value and "No share lies below 0%" in explorer.readout.value
    explorer.controls["runs"].value = 11
    assert "below 0%" not in explorer.readout.value
