"""The figures of unit 3 show what the tables say, and say it in words too."""

import pytest

from tipcourse import data
from tipcourse.figures import tiers as figures
from tipcourse.figures.base import png, telling
from tipcourse.tiers import Facts, history, next_tier, transition_counts


@pytest.fixture(scope="module")
def table():
    return data.load("tier_history")


def china(table):
    acts, determinations = data.load("tvpa_acts"), data.load("presidential_determinations")
    return figures.china_history(table[table["iso3"] == "CHN"], acts, determinations)


def test_the_strip_has_one_square_per_government_and_year_and_empty_ones_for_the_unknown(table):
    ax = figures.history_strip(table)
    assert len(ax.patches) == 21 * 25
    empty = [patch for patch in ax.patches if patch.get_facecolor()[:3] == (1, 1, 1)]
    assert len(empty) == table["tier"].isna().sum() == len(ax.patches) - len(ax.texts)
    assert telling(ax).table.shape == (21, 26)


def test_china_steps_through_its_tiers(table):
    ax = china(table)
    steps = dict(zip(*ax.lines[0].get_data(), strict=True))
    assert steps[2013] == steps[2017] == 0 and steps[2014] == 1 and steps[2001] == 2
    assert list(ax.lines[1].get_xdata()) == [2011, 2012, 2016]
    alt = telling(ax).alt
    assert "Tier 3 2013" in alt and "not read" in alt


def test_the_matrix_shows_every_count():
    ax = figures.transition_matrix()
    assert [int(t.get_text()) for t in ax.texts] == transition_counts().to_numpy().ravel().tolist()


def test_every_figure_draws_without_a_warning_and_has_title_axes_and_words(table):
    for ax in (figures.history_strip(table), china(table), figures.transition_matrix()):
        assert png(ax) and ax.get_title(loc="left") and ax.get_xlabel()
        assert len(telling(ax).alt) > 80 and telling(ax).table is not None and "Source:" in telling(ax).source


def test_the_live_picture_says_the_ruling():
    ruling = next_tier(history("CHN"), Facts(meets_standards=False, significant_efforts=False), on=2017)
    text = figures.clock_picture({2015: "2WL", 2016: None}, ruling, 3, 4)
    assert 'aria-label="Report of 2017: Tier 3. Years in a row on the watch list: 3, of 4 at most."' in text
    assert text.count("<rect") == 2 + 1 + 4
