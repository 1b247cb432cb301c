"""Two and more lists: published examples come out, and the truth is covered where the assumptions hold."""

from pathlib import Path

import numpy as np
import pytest
import yaml
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tipcourse import data
from tipcourse.errors import OutOfRange, ShapeError, UnknownName
from tipcourse.evidence.makelists import cell_shares, draw_lists, draw_pairs, expected_pair
from tipcourse.evidence.manylists import ListTable, all_fits, fit, from_frame, patterns
from tipcourse.evidence.recapture import (
    TwoLists,
    chapman,
    chapman_variance,
    covers,
    lincoln_petersen,
    log_interval,
    normal_interval,
)

CASES = Path(__file__).parent / "cases"
PAIRS = yaml.safe_load((CASES / "two_lists.yaml").read_text(encoding="utf-8"))
TABLES = yaml.safe_load((CASES / "many_lists.yaml").read_text(encoding="utf-8"))
OVERLAPS = data.load("list_overlaps")
UK = from_frame(OVERLAPS, "uk-2013-five")


def table_of(case):
    if "dataset" in case:
        return from_frame(OVERLAPS, case["dataset"])
    frame = data.load("list_overlaps").iloc[:0]
    frame["lists"], frame["people"] = list(case["overlaps"]), list(case["overlaps"].values())
    return from_frame(frame.assign(dataset="case"), "case")


@pytest.mark.parametrize("case", PAIRS, ids=lambda c: c["name"])
def test_published_two_list_examples(case):
    lists = TwoLists(case["first"], case["second"], case["both"])
    found = normal_interval(lists)
    assert round(chapman(lists)) == case["chapman"]
    if "standard_error" in case:
        assert round(chapman_variance(lists) ** 0.5) == case["standard_error"]
    if "normal" in case:
        assert [found.low, found.high] == pytest.approx(case["normal"], abs=1.1)


@pytest.mark.parametrize("case", TABLES, ids=lambda c: c["name"])
def test_published_and_checked_many_list_estimates(case):
    found = fit(table_of(case), case["terms"])
    values = {
        "total": found.estimate.total, "low": found.estimate.low, "high": found.estimate.high,
        "aic": found.aic, "bic": found.bic, "deviance": found.deviance,
    }  # fmt: skip
    for name, expected in (case.get("published") or case["checked"]).items():
        digits = len(str(expected).partition(".")[2])
        slack = 1.0 if name in ("low", "high") else 0.51 * 10**-digits
        assert values[name] == pytest.approx(expected, abs=slack), name


def test_the_fifteen_pairs_of_the_uk_lists_disagree_wildly():
    table = from_frame(OVERLAPS, "uk-2013-six")
    found = {pair: round(chapman(table.pair(*pair.split(":")))) for pair in table.pairs()}
    assert len(found) == 15
    assert min(found.values()) == found["LA:NG"] == 2839
    assert max(found.values()) == found["NG:GP"] == 95707


def test_every_model_of_the_five_uk_lists():
    totals = [it.estimate.total for it in all_fits(UK)]
    assert len(totals) == 512
    assert [min(totals), np.median(totals), max(totals)] == pytest.approx([6129, 13626, 29426], abs=1)


lists = st.tuples(st.integers(1, 400), st.integers(1, 400), st.integers(0, 400))


@given(lists)
@settings(derandomize=True)
def test_relabelling_the_lists_changes_nothing_and_nobody_seen_is_lost(counts):
    first, second, both = counts
    assume(both <= min(first, second))
    one, other = log_interval(TwoLists(first, second, both)), log_interval(TwoLists(second, first, both))
    assert one.total == pytest.approx(other.total) and one.low == pytest.approx(other.low)
    assert one.low >= one.seen - 1e-9 and one.unseen >= -1e-9
    assert one.low <= one.total <= one.high + 1e-9


def test_the_normal_interval_can_fall_below_what_was_seen():
    lists = TwoLists(30, 20, 1)
    assert normal_interval(lists).low < lists.seen < log_interval(lists).low


def test_no_overlap_has_no_lincoln_petersen():
    with pytest.raises(OutOfRange, match="chapman"):
        lincoln_petersen(TwoLists(40, 30, 0))
    assert chapman(TwoLists(40, 30, 0)) == 41 * 31 - 1
    with pytest.raises(OutOfRange, match="shorter list"):
        TwoLists(5, 4, 5)


@pytest.mark.parametrize(("odds", "mean"), [(1.0, 3000), (3.0, 1521), (1 / 3, 7255)])
def test_chapman_against_the_truth(odds, mean):
    """3,000 people, lists that reach 20% and 10%, 2,000 draws: right on average only when the lists are independent."""
    drawn = draw_pairs(3000, 0.2, 0.1, odds, 2000, np.random.default_rng(1))
    assert np.mean([chapman(it) for it in drawn]) == pytest.approx(mean, rel=0.01)
    covered = covers(drawn, 3000)
    assert (0.93 <= covered <= 0.97) if odds == 1 else covered == 0


def test_with_few_on_both_lists_the_log_interval_keeps_its_promise_better():
    drawn = draw_pairs(500, 0.1, 0.1, 1.0, 2000, np.random.default_rng(11))
    logarithmic, normal = covers(drawn, 500), covers(drawn, 500, normal_interval)
    assert 0.89 <= logarithmic <= 0.95
    assert normal < logarithmic - 0.04


def test_the_interval_of_three_independent_lists_covers_the_truth():
    rng = np.random.default_rng(2)
    shares = {"A": 0.2, "B": 0.15, "C": 0.1}
    found = [fit(draw_lists(3000, shares, None, rng)).estimate for _ in range(400)]
    covered = np.mean([it.low <= 3000 <= it.high for it in found])
    assert 0.92 <= covered <= 0.98


def test_a_third_list_repairs_dependence_between_two():
    rng = np.random.default_rng(3)
    shares, odds = {"A": 0.2, "B": 0.15, "C": 0.1}, {"A:B": 3.0}
    tables = [draw_lists(3000, shares, odds, rng) for _ in range(400)]
    naive = [fit(it).estimate for it in tables]
    aware = [fit(it, ["A:B"]).estimate for it in tables]
    assert np.mean([it.low <= 3000 <= it.high for it in naive]) < 0.3
    assert 0.92 <= np.mean([it.low <= 3000 <= it.high for it in aware]) <= 0.98


@given(st.lists(st.floats(0.05, 0.9), min_size=2, max_size=4), st.floats(0.2, 5))
@settings(derandomize=True, deadline=None)
def test_made_up_shares_keep_their_margins_and_odds(reached, odds):
    names = list("ABCD")[: len(reached)]
    cells = cell_shares(dict(zip(names, reached, strict=True)), {"A:B": odds})
    on = patterns(len(names))
    assert cells.sum() == pytest.approx(1) and cells.min() > 0
    assert [cells[on[:, i] == 1].sum() for i in range(len(names))] == pytest.approx(reached, abs=1e-6)
    alone = cells[(on[:, 2:] == 0).all(axis=1)]  # none, B, A, AB among those on no other list
    assert alone[3] * alone[0] / (alone[1] * alone[2]) == pytest.approx(odds, rel=1e-6)


def test_expected_lists_have_the_size_that_was_asked_for():
    assert expected_pair(3000, 0.2, 0.1) == TwoLists(600, 300, 60)
    with pytest.raises(OutOfRange):
        expected_pair(3000, 1.2, 0.1)


def test_what_a_table_cannot_carry_is_refused():
    lonely = ListTable(("A", "B", "C"), (20, 30, 0, 40, 0, 6, 0))  # C, B, BC, A, AC, AB, ABC
    assert fit(lonely).estimate.total == pytest.approx(539.1, abs=0.1)
    with pytest.raises(OutOfRange, match="runs away"):
        fit(lonely, ["A:B"])
    with pytest.raises(OutOfRange, match="Nobody is on both"):
        fit(lonely, ["A:C"])
    with pytest.raises(OutOfRange, match="more than this table"):
        fit(ListTable(("A", "B"), (20, 30, 5)), ["A:B"])
    with pytest.raises(UnknownName, match="No list"):
        fit(lonely, ["A:D"])
    with pytest.raises(UnknownName, match="twice"):
        fit(lonely, ["A:A"])
    with pytest.raises(ShapeError):
        ListTable(("A", "B"), (1, 2))
    with pytest.raises(OutOfRange):
        ListTable(("A", "B"), (1, 2, -1))
    with pytest.raises(UnknownName, match="uk-2013-five"):
        from_frame(OVERLAPS, "uk-2013")
    with pytest.raises(OutOfRange):
        covers([], 10)
