import datetime as dt

import pytest

from tipcourse.errors import OutsideTheRule
from tipcourse.hukou import away_from_home


def rules(*day):
    return set(away_from_home(dt.date(*day))["rule"])


@pytest.mark.parametrize(
    ("day", "has", "lacks"),
    [
        ((1958, 1, 9), "temporary_registration", "custody_and_repatriation"),
        ((2003, 7, 31), "custody_and_repatriation", "voluntary_aid"),
        ((2003, 8, 1), "voluntary_aid", "custody_and_repatriation"),
        ((2007, 12, 31), "voluntary_aid", "equal_right_to_work"),
        ((2015, 12, 31), "equal_right_to_work", "residence_permit"),
        ((2017, 7, 10), "residence_permit", "custody_and_repatriation"),
    ],
    ids=["the first day of the register", "the last day of custody", "the first day of aid", "before the employment law",
         "before the permit", "the day of the interview"],
)  # fmt: skip
def test_which_rules_stand_on_the_day(day, has, lacks):
    assert has in rules(*day) and lacks not in rules(*day)


def test_the_duty_to_register_a_stay_still_stood_in_2017():
    assert "temporary_registration" in rules(2017, 7, 10)


def test_every_rule_is_cited():
    assert away_from_home(dt.date(2017, 7, 10))["cite"].str.len().min() > 10


def test_before_the_register_is_an_error():
    with pytest.raises(OutsideTheRule, match="1958-01-09"):
        away_from_home(dt.date(1958, 1, 8))
