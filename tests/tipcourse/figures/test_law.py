"""Figures of unit 1 say their finding, carry alt text and numbers, and draw what the tables hold."""

import datetime as dt

import pytest

from tipcourse import data
from tipcourse.figures import law as figures
from tipcourse.figures.base import BLUE, png, telling
from tipcourse.law import Case, cases, prc_offences, regime_table, simple_case, verdicts, who_is_protected
from tipcourse.widgets.law import DAYS, MEANS, PURPOSES, case_builder

DAY = dt.date(2017, 7, 10)


@pytest.fixture(scope="module")
def drawn():
    return {
        "matrix": figures.case_matrix(regime_table(cases().values())),
        "timeline": figures.law_timeline(data.load("law_timeline")),
        "ages": figures.protection_by_age(who_is_protected(DAY, range(31))),
        "plans": figures.plan_coverage(data.load("action_plans")),
    }


@pytest.mark.parametrize("name", ["matrix", "timeline", "ages", "plans"])
def test_figure_is_told_and_draws(drawn, name):
    story = telling(drawn[name])
    assert len(story.alt) > 80
    assert story.source.startswith("Source")
    assert story.table is not None and len(story.table) > 3
    assert drawn[name].get_title(loc="left")
    assert png(drawn[name]).startswith(b"\x89PNG")


def test_the_matrix_has_a_field_for_each_answer(drawn):
    table = telling(drawn["matrix"]).table
    assert len(drawn["matrix"].patches) == len(table) * len(figures.COLUMNS)
    assert set(table["palermo"]) == {"yes", "no", "not known"}
    signs = [text.get_text() for text in drawn["matrix"].texts]
    assert signs.count("?") == sum((table[name] == "not known").sum() for name in figures.COLUMNS)


def test_the_longest_wait_is_named(drawn):
    assert "366 days (ILO C138)" in telling(drawn["timeline"]).alt


def test_art_240_goes_light_at_fourteen(drawn):
    dark = [p for p in drawn["ages"].patches if p.get_y() > 3 and p.get_facecolor()[:3] == pytest.approx(_rgb(BLUE))]
    assert max(p.get_x() for p in dark) == 13


def test_the_plans_start_on_their_day_of_issue(drawn):
    from matplotlib.dates import num2date

    starts = [num2date(bar.get_x()).date() for bar in drawn["plans"].patches]
    assert starts == list(data.load("action_plans")["issued"])


def test_every_setting_of_the_live_picture_is_told():
    builder = case_builder()
    for day in DAYS:
        for means in MEANS:
            for purpose in PURPOSES:
                builder.controls["day"].value = day
                builder.controls["means"].value, builder.controls["purpose"].value = means, purpose
                assert 'role="img"' in builder.picture.value
                assert "PRC articles met" in builder.picture.value
                assert "Palermo Protocol" in builder.readout.value


def test_the_live_picture_shows_an_unknown_as_an_empty_field():
    unknown = Case()
    picture = figures.verdict_picture(verdicts(unknown), prc_offences(unknown, on=DAY))
    assert "not known" in picture
    assert figures.UNKNOWN in picture


def test_a_simple_case_is_read_like_a_told_one():
    case = simple_case(16, "male", "transfer", "confinement", "forced labour or services", True, DAY)
    assert [o.article for o in prc_offences(case)] == ["238", "244(1)"]
    girl = simple_case(16, "female", "transfer", "confinement", "forced labour or services", True, DAY)
    assert [o.article for o in prc_offences(girl)] == ["238", "240", "241", "244(1)"]


def _rgb(colour):
    return tuple(int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
