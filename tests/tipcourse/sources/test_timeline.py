"""The timeline has no dates of its own, and no dated table is forgotten."""

import datetime as dt
from string import Formatter

import pytest

from tipcourse import data
from tipcourse.errors import UnknownName
from tipcourse.sources.timeline import LEFT_OUT, TABLES, _day, timeline


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2015-04-30", (dt.date(2015, 4, 30), "day")),
        ("2015-04", (dt.date(2015, 4, 1), "month")),
        (2015, (dt.date(2015, 1, 1), "year")),
        (dt.date(2015, 4, 30), (dt.date(2015, 4, 30), "day")),
        ("1990s end", None),
        ("2016-05..2017-05", None),
        ("", None),
    ],
    ids=str,
)
def test_dates_are_read_with_their_precision(written, expected):
    assert _day(written) == expected


def test_events_come_in_order_each_once_with_a_source():
    rows = timeline()
    assert rows["day"].is_monotonic_increasing and rows["source"].str.strip().all()
    assert not rows.duplicated(["day", "unit", "what"]).any()


def test_one_unit_can_be_asked_for():
    assert set(timeline(0)["unit"]) == {0} and len(timeline(0)) == 7


def test_a_unit_that_does_not_exist_is_refused():
    with pytest.raises(UnknownName, match="0 to 7"):
        timeline(8)


def test_every_table_with_dates_is_gathered_or_left_out_for_a_reason():
    dated = {
        name
        for name in data.names()
        if any(
            field["type"] == "date" or field["name"] in ("date", "day")
            for field in data.describe(name)["schema"]["fields"]
        )
    }
    assert dated <= set(TABLES) | set(LEFT_OUT), (
        f"say in timeline.py what to do with {dated - set(TABLES) - set(LEFT_OUT)}"
    )
    assert not set(TABLES) & set(LEFT_OUT)


@pytest.mark.parametrize("name", sorted(TABLES))
def test_the_columns_named_for_a_table_are_there(name):
    where, columns = TABLES[name], set(data.load(name).columns)
    told = {field for _, field, _, _ in Formatter().parse(where.what) if field}
    assert told and {where.date, *told, *([where.source] if where.source else [])} <= columns
