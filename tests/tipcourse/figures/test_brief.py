"""The pictures of the brief say what was checked and how far one run can miss."""

import pytest

from tipcourse import data
from tipcourse.brief import check_table, sum_up
from tipcourse.errors import OutOfRange
from tipcourse.figures.base import figure_html, telling
from tipcourse.figures.brief import evidence_checks, many_runs, many_runs_svg, proposals_and_positions

VALUES = [0.10, 0.12, 0.11, 0.09, 0.13, 0.10]
ROW = dict(
    proposal="law", role="limits", source="commission", words="PRC Legal Provision",
    number=None, unit=None, year=None, definition=None,
)  # fmt: skip


def test_bars_hold_every_position_of_a_proposals_unit():
    proposals, positions = data.load("proposals"), data.load("positions")
    ax = proposals_and_positions(proposals, positions)
    expected = sum((positions["unit"] == unit).sum() for unit in proposals["unit"])
    assert sum(patch.get_width() for patch in ax.patches) == expected
    assert "<img alt=" in figure_html(ax)


def test_a_row_in_order_needs_no_mending():
    ax = evidence_checks(check_table([ROW]))
    assert ax.get_title() == "Every check is in order" and "nothing to mend" in telling(ax).alt


def test_what_is_to_be_mended_is_told_in_words():
    ax = evidence_checks(check_table([ROW | {"words": "PRC legal provision", "number": 3}]))
    assert "mend" in {text.get_text() for text in ax.texts}
    assert "letter for letter" in telling(ax).alt and len(telling(ax).table) == 8
    assert "<img alt=" in figure_html(ax)


def test_the_dots_are_the_runs():
    ax = many_runs(VALUES, 0.11, "share (0-1)")
    dots = next(line for line in ax.lines if line.get_label() == "one run")
    assert list(dots.get_ydata()) == VALUES and "<img alt=" in figure_html(ax)
    assert ax.get_ylabel() == "share (0-1)" and len(telling(ax).table) == len(VALUES)


def test_the_live_picture_says_its_mean_and_interval():
    told = sum_up(VALUES[:4])
    picture = many_runs_svg(VALUES, 4, 0.11, 0.09, 0.13)
    assert f"4 runs. Their mean is {told.mean:.2%}" in picture and f"{told.high:.2%}" in picture


def test_one_run_has_no_interval():
    with pytest.raises(OutOfRange, match="at least two"):
        many_runs_svg(VALUES, 1, 0.11, 0.09, 0.13)
