"""Which systems stood on a day: the edges, and days on which the rules were silent."""

import datetime as dt

import pytest

from tipcourse.errors import OutsideTheRule, UnknownName
from tipcourse.remedy.detention import rule, standing, systems


def test_the_last_day_of_reeducation_and_the_day_after():
    assert standing(dt.date(2013, 12, 27))["re-education through labour"] is True
    assert standing(dt.date(2013, 12, 28))["re-education through labour"] is False


def test_the_day_the_narcotics_law_starts():
    assert standing(dt.date(2008, 5, 31))["compulsory drug rehabilitation"] is False
    assert standing(dt.date(2008, 6, 1))["compulsory drug rehabilitation"] is True


def test_a_first_day_that_nobody_told_us_is_not_known():
    assert standing(dt.date(1985, 1, 1))["custody and education"] is None
    assert standing(dt.date(2000, 1, 1))["custody and education"] is True
    assert standing(dt.date(2019, 12, 29))["custody and education"] is False


def test_on_the_day_of_the_interview_two_systems_stood():
    stood = [name for name, answer in standing(dt.date(2017, 7, 10)).items() if answer]
    assert stood == ["custody and education", "compulsory drug rehabilitation"]


def test_none_of_the_systems_asked_a_court_first():
    assert not systems()["court_conviction"].any()


def test_rules_answer_inside_their_dates_only():
    assert rule("reeducation_longest_years", dt.date(2000, 1, 1)).value == 4
    with pytest.raises(OutsideTheRule):
        rule("reeducation_longest_years", dt.date(2013, 12, 28))
    with pytest.raises(OutsideTheRule):
        rule("drug_rehabilitation_longest_years", dt.date(2008, 5, 31))
    with pytest.raises(UnknownName, match="months_to_sue"):
        rule("months_to_su", dt.date(2020, 1, 1))


def test_the_table_and_the_dated_rules_agree():
    table = systems().set_index("system")["longest_years"]
    assert table["re-education through labour"] == rule("reeducation_longest_years", dt.date(2000, 1, 1)).value
    assert (
        table["compulsory drug rehabilitation"] == rule("drug_rehabilitation_longest_years", dt.date(2010, 1, 1)).value
    )
