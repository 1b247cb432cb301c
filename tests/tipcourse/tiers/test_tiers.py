"""The tier rules reproduce the moves that happened, never answer outside their dates, and never round an unknown."""

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from tipcourse import data
from tipcourse.dated import load_rules
from tipcourse.errors import OutOfRange, OutsideTheRule, UnknownName
from tipcourse.tiers import (
    TIERS,
    Facts,
    History,
    consequences,
    determination_window,
    fiscal_year,
    history,
    indicia,
    minimum_standards,
    moves_by_clock,
    next_tier,
    pairs,
    report_day,
    share_without_each,
    transition_counts,
    watch_list_clock,
)

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "moves.yaml").read_text(encoding="utf-8"))
same = settings(derandomize=True, deadline=None)
some_tier = st.sampled_from([*TIERS, None])
some_fact = st.sampled_from([True, False, None])
some_facts = st.builds(Facts, **{name: some_fact for name in Facts.__dataclass_fields__})
some_history = st.dictionaries(st.integers(2001, 2025), some_tier).map(lambda tiers: History("somewhere", tiers))
some_report = st.integers(2001, 2026)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_the_rules_reproduce(case):
    past = history(case["government"]) if "government" in case else History("somewhere", case["tiers"])
    ruling = next_tier(past, Facts(**case["facts"]), on=case["report"])
    clock = watch_list_clock(past, case["report"])
    assert (ruling.tier, clock.state, clock.years) == (case["tier"], case["clock"], case["years"])
    if "government" in case and "could have" not in case["name"]:
        assert past.tier(case["report"]) == case["tier"], "the table disagrees with the case"


def test_no_stay_in_the_table_is_longer_than_the_law_allows():
    for code in data.load("tier_history")["iso3"].unique():
        past = history(code)
        for year in range(2009, 2026):
            if past.tier(year) == "2WL":
                assert watch_list_clock(past, year).state != "used up", (code, year)


def test_every_tier_of_the_table_is_left_open_when_no_fact_is_known():
    for code in data.load("tier_history")["iso3"].unique():
        past = history(code)
        for year in range(2001, 2026):
            tier = past.tier(year)
            assert tier is None or tier in next_tier(past, Facts(), on=year).possible, (code, year)


@same
@given(some_history, some_facts, some_report)
def test_learning_a_fact_never_opens_a_tier(past, facts, year):
    wide = set(next_tier(past, facts, on=year).possible)
    for name in Facts.__dataclass_fields__:
        if getattr(facts, name) is None:
            narrow = [
                set(next_tier(past, replace(facts, **{name: value}), on=year).possible) for value in (True, False)
            ]
            assert narrow[0] | narrow[1] == wide


@same
@given(some_history, some_facts, some_report)
def test_a_ruling_is_one_tier_or_none_and_always_gives_reasons(past, facts, year):
    ruling = next_tier(past, facts, on=year)
    assert ruling.possible and set(ruling.possible) <= set(TIERS)
    assert ruling.tier == (ruling.possible[0] if len(ruling.possible) == 1 else None)
    assert len(ruling.findings) >= 3 and all(f.because for f in ruling.findings)
    assert str(year) in str(ruling)


@same
@given(some_history, some_facts, some_report)
def test_the_future_does_not_matter(past, facts, year):
    assert next_tier(past, facts, on=year) == next_tier(past.before(year), facts, on=year)


@same
@given(st.integers(2009, 2025), some_history)
def test_the_years_on_the_list_never_exceed_the_years_there_were(year, past):
    years = watch_list_clock(past, year).years
    assert years is None or 0 <= years <= year - 2009


def test_an_unknown_year_makes_the_clock_unknown_where_it_matters():
    past = History("somewhere", {2009: "2WL", 2010: None, 2011: "2WL"})
    assert watch_list_clock(past, 2012).state == "not known"
    ruling = next_tier(past, Facts(meets_standards=False, significant_efforts=True, increasing_efforts=False), on=2012)
    assert ruling.tier is None and ruling.possible == ("2WL", "3")


def test_a_second_stay_after_a_used_up_one_is_not_settled():
    clock = watch_list_clock(history("UZB"), 2019)
    assert clock.state == "not known" and "upgrade" in clock.because and "(F)" in clock.cite


def test_an_upgrade_is_on_the_special_watch_list_even_as_plain_tier_2():
    good = Facts(meets_standards=False, significant_efforts=True, very_many_victims=False, increasing_efforts=True,
                 promises_only=False)  # fmt: skip
    up = next_tier(History("somewhere", {2003: "3"}), good, on=2004)
    assert (up.tier, up.special_watch_list) == ("2", True)
    assert next_tier(History("somewhere", {2003: "2"}), good, on=2004).special_watch_list is False
    assert next_tier(History("somewhere", {}), good, on=2004).special_watch_list is None
    assert next_tier(History("somewhere", {2002: "3"}), good, on=2003).special_watch_list is False


@pytest.mark.parametrize(
    "ask",
    [
        pytest.param(lambda: next_tier(history("CHN"), Facts(), on=2000), id="a report before the Act"),
        pytest.param(lambda: watch_list_clock(history("CHN"), 2008), id="the clock before it existed"),
        pytest.param(lambda: minimum_standards(dt.date(2000, 10, 27)), id="the day before the Act"),
        pytest.param(lambda: consequences(dt.date(2002, 6, 5)), id="consequences before 2003"),
        pytest.param(lambda: determination_window(dt.date(2002, 6, 5)), id="a determination before 2003"),
    ],
)
def test_a_day_before_the_rule_is_an_error(ask):
    with pytest.raises(OutsideTheRule):
        ask()


@pytest.mark.parametrize(
    ("day", "years"),
    [("2008-12-23", 2), ("2019-01-08", 2), ("2019-01-09", 1)],
    ids=["first day", "last day of two", "one"],
)
def test_waiver_length_changes_on_its_day(day, years):
    rule = load_rules("tipcourse.tiers", "rules/clock.yaml")["waiver_years"]
    assert rule.on(dt.date.fromisoformat(day)).value == years


def test_a_case_that_rests_on_rows_nobody_read_says_so():
    table = data.load("tier_history").set_index(["iso3", "report_year"])
    for case in CASES:
        if "government" not in case or case.get("clock") != "used up":
            continue
        stay = range(case["report"] - case["years"], case["report"])
        rows = [table.loc[(case["government"], year)] for year in stay]
        unread = [row for row in rows if row["evidence"] != "seen"]
        unread += [row for row in rows[2:] if row["waiver"] is pd.NA or row["waiver"] != "yes"]
        assert not unread or case.get("assumes"), case["name"]


def test_the_third_criterion_ends():
    rule = load_rules("tipcourse.tiers", "rules/lists.yaml")["criterion_c"]
    assert rule.on(dt.date(2019, 1, 8)).value is True
    with pytest.raises(OutsideTheRule):
        rule.on(dt.date(2019, 1, 9))


def test_every_value_of_every_rule_is_cited():
    for file in ("lists", "clock", "consequences", "standards", "indicia"):
        for rule in load_rules("tipcourse.tiers", f"rules/{file}.yaml").values():
            assert all(a.cite and a.value is not None for a in rule.answers), rule.name


@pytest.mark.parametrize(
    ("year", "signs"), [(2001, 7), (2004, 10), (2009, 11), (2014, 12)], ids=["2000", "2003", "2008", "2013"]
)
def test_the_signs_of_effort_grow_from_seven_to_twelve(year, signs):
    assert len(indicia(dt.date(year, 6, 1))) == signs
    assert len(minimum_standards(dt.date(year, 6, 1))) == 4


def test_the_act_of_8_january_2019_changed_the_sign_on_officials_too():
    signs = load_rules("tipcourse.tiers", "rules/indicia.yaml")
    cites = {name: signs[name].on(dt.date(2019, 1, 8)).cite for name in ("enforcement", "officials")}
    assert cites == {"enforcement": "Pub. L. 115-425, s. 202(1)", "officials": "Pub. L. 115-425, s. 202(2)"}
    assert "not read" in signs["officials"].on(dt.date(2019, 1, 9)).note


def test_report_days_and_windows():
    assert report_day(2020) == dt.date(2020, 6, 1) and report_day(2021) == dt.date(2021, 6, 30)
    first, last = determination_window(dt.date(2017, 6, 27))
    assert (first, last) == (dt.date(2017, 8, 11), dt.date(2017, 9, 25))
    assert fiscal_year(2017) == 2018


def test_consequences_hold_a_power_and_a_duty_to_waive():
    law = consequences(dt.date(2017, 6, 27))
    assert {"assistance", "exchanges", "bank_votes", "waiver_of_restrictions", "duty_to_waive"} <= set(law)
    assert "later_waiver" not in consequences(dt.date(2003, 6, 1))


def test_a_wrong_code_or_tier_is_explained():
    with pytest.raises(UnknownName, match="CHN"):
        history("CHA")
    with pytest.raises(OutOfRange, match="Tier"):
        History("somewhere", {2010: "Tier 2"})


def test_moves_add_up_and_skip_unknown_years():
    counts, table = transition_counts(), data.load("tier_history").set_index(["iso3", "report_year"])["tier"]
    known = sum(
        pd.notna(table[code, year]) and pd.notna(table[code, year + 1])
        for code in table.index.levels[0]
        for year in range(2001, 2025)
    )
    assert counts.to_numpy().sum() == len(pairs()) == known
    assert counts.loc["2WL", "1"] == 0 and list(counts.index) == list(TIERS)


def test_leaving_one_government_out_gives_one_share_each():
    shares = share_without_each("2WL", "3")
    assert len(shares) == 21 and shares.between(0, 1).all()
    counts = transition_counts().loc["2WL"]
    assert shares.min() <= counts["3"] / counts.sum() <= shares.max()
    with pytest.raises(OutOfRange, match="no tier"):
        share_without_each("4", "3")
    with pytest.raises(OutOfRange, match="2001"):
        pairs(2020, 2010)


def test_nobody_stays_when_the_clock_is_used_up():
    counts = moves_by_clock()
    assert counts.loc["used up", "2WL"] == 0 and counts.loc["used up", "3"] > counts.loc["waiver needed", "3"]
    moved = pairs()
    assert counts.to_numpy().sum() == ((moved["before"] == "2WL") & (moved["report_year"] >= 2009)).sum()


def test_the_numbers_that_the_lesson_tells():
    clock, listed = moves_by_clock(), transition_counts().loc["2WL"]
    assert (clock.loc["used up", "3"], clock.loc["used up"].sum()) == (11, 12)
    assert (clock.loc["waiver needed", "3"], clock.loc["waiver needed"].sum()) == (2, 28)
    assert (listed["3"], listed.sum()) == (18, 99)


def test_the_tables_keep_what_is_not_known_open():
    tiers = data.load("tier_history")
    assert len(tiers) == 21 * 25
    assert (tiers["tier"].isna() == tiers["evidence"].isin(["not known", "not ranked"])).all()
    found = data.load("presidential_determinations").set_index("fiscal_year")["effect"]
    assert pd.isna(found[2018]) and pd.isna(found[2026]) and found[2014] == "waived"
    assert (data.load("presidential_determinations").eval("fiscal_year - report_year") == 1).all()
