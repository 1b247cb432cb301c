"""The figures of unit 5 state what the tables say, in the picture and in words."""

import pytest

from tipcourse import data
from tipcourse.evidence import dna, manylists
from tipcourse.evidence.sanction import chain
from tipcourse.figures import evidence, overlap
from tipcourse.figures.base import figure_html, telling

COUNTS = data.load("enforcement_counts")
OVERLAPS = data.load("list_overlaps")
UK = (10_000.0, 13_000.0)


@pytest.fixture(scope="module")
def fits():
    return manylists.all_fits(manylists.from_frame(OVERLAPS, "uk-2013-five"))


def test_baskets_are_drawn_as_lines_of_their_own():
    ax = evidence.convictions_by_basket(COUNTS)
    drawn = {line.get_label(): list(line.get_ydata()) for line in ax.lines}
    assert list(drawn.values()) == [[3631, 1362], [2076, 1756], [1556, 1252, 2355]]
    assert "two numbers" in telling(ax).alt


def test_the_running_total_is_not_joined():
    ax = evidence.dna_matches(COUNTS)
    assert ax.lines[0].get_linestyle() == "None"
    assert list(ax.lines[0].get_ydata()) == [63, 483, 2348, 4104, 10764]
    assert "10,764 by 17 September 2021" in telling(ax).alt


def test_the_ladder_shows_wald_below_zero_only_where_it_is():
    assert "below zero" in evidence.interval_ladder(3, 60).get_title()
    assert "below zero" not in evidence.interval_ladder(30, 60).get_title()


def test_the_pairs_run_from_smallest_to_largest():
    ax = evidence.pair_estimates(OVERLAPS, "uk-2013-six", UK)
    assert "2,839 to 95,707" in ax.get_title()
    table = telling(ax).table
    assert table["estimate"].is_monotonic_increasing and len(table) == 15


def test_the_models_disagree_twofold(fits):
    ax = evidence.model_spread(fits, UK)
    assert "512 models" in ax.get_title()
    assert telling(ax).table["estimate"].tolist() == [11313, 22991]


def test_chance_fits_and_the_chain_carry_their_numbers():
    ax = evidence.chance_matches(dna.frequencies(data.load("str_alleles")))
    assert "one parent, 16 loci 2.34e+03" in telling(ax).alt
    ax = evidence.chain_steps(chain({"found": 0.1, "convicted": 0.5}, 5))
    assert [patch.get_width() for patch in ax.patches] == pytest.approx([1000, 100, 50])
    assert "hypothetical" in telling(ax).alt


def test_every_figure_reaches_a_page(fits):
    for ax in (evidence.model_spread(fits, UK), overlap.estimate_by_odds(), evidence.interval_ladder(3, 60)):
        page = figure_html(ax)
        assert 'alt="' in page and "<details>" in page


@pytest.mark.parametrize(
    ("odds", "words"), [(1.0, "holds the truth"), (3.0, "misses the truth"), (0.2, "misses the truth")]
)
def test_the_live_picture_says_whether_the_interval_holds_the_truth(odds, words):
    picture = overlap.overlap_svg(3000, 20, 10, odds)
    assert picture.startswith("<svg") and words in picture
    assert words in overlap.overlap_words(3000, 20, 10, odds)
    assert len(picture) < 5000


def test_a_far_interval_is_marked_as_going_on():
    assert "goes on" in overlap.overlap_svg(3000, 10, 5, 0.2)
