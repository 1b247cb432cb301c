"""The pictures of unit 2 join nothing that was counted in two ways, and say what the numbers say."""

import datetime as dt

import numpy as np
import pytest

from tipcourse import data
from tipcourse.errors import IncompleteFigure
from tipcourse.figures import hukou as figures
from tipcourse.figures.base import figure_html, telling
from tipcourse.hukou import HYPOTHETICAL, REFORMS, World, sensitivity, shares, simulate, two_worlds

DAYS = [dt.date(2014, 7, 24), dt.date(2016, 1, 1), dt.date(2019, 4, 8)]


def drawn():
    run = simulate(HYPOTHETICAL, 500, np.random.default_rng(1), 10)
    return {
        "two_shares": figures.two_shares(data.load("hukou_shares")),
        "gap_by_definition": figures.gap_by_definition(data.load("hukou_shares")),
        "four_counts": figures.four_counts(data.load("hukou_counts")),
        "contract_shares": figures.contract_shares(data.load("hukou_evidence")),
        "settlement_grid": figures.settlement_grid(DAYS, [0.3, 2, 12]),
        "crowd_and_formula": figures.crowd_and_formula(run, shares(HYPOTHETICAL, 10)),
        "reforms_in_two_worlds": figures.reforms_in_two_worlds(*two_worlds()),
        "sensitivity_bars": figures.sensitivity_bars(sensitivity(HYPOTHETICAL, REFORMS[1]), "permit"),
    }


@pytest.fixture(scope="module")
def axes():
    return drawn()


def test_every_figure_draws_and_carries_what_a_reader_needs(axes):
    for name, ax in axes.items():
        assert '<img alt="' in figure_html(ax), name
        assert ax.get_title() and ax.get_xlabel() and ax.get_ylabel(), name
        assert telling(ax).table is not None, name


def test_no_line_crosses_a_change_of_measure(axes):
    pieces = [set(line.get_xdata()) for line in axes["two_shares"].lines if len(line.get_xdata()) > 2]
    for before, after in ((1999, 2000), (2009, 2010), (2019, 2020), (2012, 2015)):
        registered_or_resident = [piece for piece in pieces if {before, after} <= piece]
        allowed = 1 if before in (2009, 2019) or (before, after) == (2012, 2015) else 0  # the other line runs on there
        assert len(registered_or_resident) == allowed


def test_no_count_is_joined_across_the_census_of_2020(axes):
    for line in axes["four_counts"].lines:
        years = set(line.get_xdata())
        if line.get_label() in ("separated from registration", "floating population"):
            assert not ({2017, 2020} <= years)


def test_the_grid_says_each_answer_in_words(axes):
    texts = [text.get_text() for text in axes["settlement_grid"].texts]
    assert texts.count("points") == 3 and texts.count("open") == 4 and texts.count("conditions") == 2
    assert "12 million: points, points, points" in telling(axes["settlement_grid"]).alt


def test_bars_hold_the_effects_of_the_model(axes):
    heights = [patch.get_height() for patch in axes["reforms_in_two_worlds"].patches]
    assert len(heights) == 2 * len(REFORMS) and min(heights) == pytest.approx(-2.09, abs=0.005)


def test_model_figures_say_that_their_numbers_are_hypothetical(axes):
    for name in ("crowd_and_formula", "reforms_in_two_worlds", "sensitivity_bars"):
        assert "hypothetical" in telling(axes[name]).source


def test_the_live_picture_says_both_ends():
    picture = figures.scenario_svg(HYPOTHETICAL, World(extra_cost_months=0))
    assert 'role="img"' in picture and "hypothetical" in picture
    assert "ends at 7.3 percent" in picture and picture.count("<path") == 2


def test_a_share_above_the_axis_stays_in_the_picture():
    picture = figures.scenario_svg(HYPOTHETICAL, World(entry_per_year=0.5))
    assert "after it at" in picture and 'y="-' not in picture


def test_a_figure_that_was_not_told_is_refused():
    from tipcourse.figures.base import new_axes

    with pytest.raises(IncompleteFigure):
        figure_html(new_axes())
