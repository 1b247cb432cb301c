"""The pictures of unit 0 say what the tables say."""

import datetime as dt

import pytest

from tipcourse import data
from tipcourse.figures.base import figure_html, telling
from tipcourse.figures.sources import claim_verdicts, course_timeline, known_by_svg, two_dates
from tipcourse.sources.timeline import timeline


def test_each_entry_has_a_mark_for_each_date_that_is_known():
    entries = data.load("commission_entries")
    ax = two_dates(entries)
    marks = [line for line in ax.lines if len(line.get_xdata()) == 1]
    assert len(marks) == 8 + 8 + 7  # C4 has no event date
    assert len(telling(ax).table) == 8 and "C4" in telling(ax).alt


def test_bars_of_verdicts_add_up_to_the_claims():
    ax = claim_verdicts(data.load("claims"))
    assert sum(patch.get_width() for patch in ax.patches) == len(data.load("claims")) == 35
    assert "not checked" in telling(ax).alt


def test_every_event_has_a_mark():
    events = timeline()
    ax = course_timeline(events)
    assert sum(len(line.get_xdata()) for line in ax.lines if line.get_marker() == "|") == len(events)
    assert str(len(events)) in ax.get_title()


def test_pictures_draw_without_a_warning():
    for ax in (
        two_dates(data.load("commission_entries")),
        claim_verdicts(data.load("claims")),
        course_timeline(timeline()),
    ):
        assert "<img alt=" in figure_html(ax) and ax.get_xlabel() and ax.get_ylabel()


@pytest.mark.parametrize(
    ("column", "known"), [("event_date", "C6, C7, C8"), ("posted_date", "none")], ids=["happened", "posted"]
)
def test_the_live_picture_says_which_entries_were_there(column, known):
    picture = known_by_svg(data.load("commission_entries").to_dict("records"), dt.date(2010, 1, 1), column)
    assert 'role="img"' in picture and f"entries: {known}." in picture
