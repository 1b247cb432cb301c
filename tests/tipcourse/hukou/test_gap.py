import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tipcourse import data
from tipcourse.errors import OutOfRange, UnknownName
from tipcourse.hukou import gap_million, gap_points, gap_table, peak_gap

PERCENT = st.floats(0, 100)


@settings(derandomize=True)
@given(PERCENT, PERCENT)
def test_exchanging_the_shares_turns_the_sign(a, b):
    assert gap_points(a, b) == -gap_points(b, a)


@settings(derandomize=True)
@given(PERCENT, PERCENT, st.floats(1, 2000))
def test_nobody_appears(a, b, population):
    assert abs(gap_million(a, b, population)) <= population


def test_the_gap_of_2017_by_hand():
    assert gap_points(58.52, 42.35) == pytest.approx(16.17)
    assert gap_million(58.52, 42.35, 1390.08) == pytest.approx(224.776, abs=0.001)


@pytest.mark.parametrize("share", [-0.1, 100.1, 813])
def test_a_share_outside_0_to_100_is_refused(share):
    with pytest.raises(OutOfRange, match="100 percent"):
        gap_points(share, 20)


def test_a_population_of_nobody_is_refused():
    with pytest.raises(OutOfRange, match="population_million"):
        gap_million(50, 40, 0)


@pytest.fixture(scope="module")
def gaps():
    return gap_table(data.load("hukou_shares"))


def test_years_without_both_shares_are_left_out(gaps):
    assert not {1990, 2000, 2013, 2022, 2024} & set(gaps["year"])
    assert gaps["year"].is_monotonic_increasing


def test_five_definitions_and_2014_in_none_of_them(gaps):
    assert gaps.loc[gaps["year"] == 2014, "definition"].tolist() == ["not known"]
    assert gaps["definition"].nunique() == 5
    assert gaps.groupby("definition")["year"].agg(["min", "max"]).loc[
        "urban registration rate, 2010 census base"
    ].tolist() == [2015, 2019]


def test_the_jumps_sit_where_the_definition_changes(gaps):
    change = gaps["gap_points"].diff().abs()
    breaks = gaps["definition"] != gaps["definition"].shift()
    assert change[breaks].iloc[1:].min() > change[~breaks].max()


def test_peaks_within_one_definition(gaps):
    peaks = {name: int(peak_gap(gaps, name)["year"]) for name in gaps["definition"].unique()}
    assert peaks["urban registration rate, 2020 census base"] == 2020
    assert peaks["non-agricultural register, 2010 census base"] == 2012
    assert int(peak_gap(gaps, "urban registration rate, 2010 census base", "gap_million")["year"]) == 2019


def test_the_order_of_rows_changes_nothing(gaps):
    shuffled = gap_table(data.load("hukou_shares").sample(frac=1, random_state=3)).sort_values(
        "year", ignore_index=True
    )
    pd.testing.assert_frame_equal(shuffled, gaps)


def test_an_unknown_definition_names_the_known_ones(gaps):
    with pytest.raises(UnknownName, match="urban registration rate, 2020"):
        peak_gap(gaps, "urban registration")
