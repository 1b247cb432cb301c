"""The watch-list clock rules like the model, explains itself, and answers at once."""

import pytest

from tipcourse.tiers import history, next_tier
from tipcourse.widgets.tiers import ruling, watch_list_clock_live


@pytest.fixture(scope="module")
def shown():
    return watch_list_clock_live()


def test_it_opens_at_china_2017(shown):
    assert "Report of 2017: Tier 3" in shown.picture.value
    assert "3 report years in a row" in shown.readout.value and "7107" in shown.readout.value


def test_a_waiver_keeps_china_on_the_list(shown):
    shown.controls["waiver"].value = True
    assert "Report of 2017: Tier 2 Watch List" in shown.picture.value
    shown.controls["waiver"].value = None
    assert "Tier 2 Watch List or Tier 3" in shown.picture.value
    shown.controls["waiver"].value = False


def test_it_gives_what_the_model_gives():
    said = ruling("CHN", 2013, meets=False, efforts=True, pattern=False, listed=True, waiver=True)
    assert said.tier == "3" and said.possible == next_tier(history("CHN"), _facts(), on=2013).possible


def _facts():
    from tipcourse.tiers import Facts

    return Facts(meets_standards=False, significant_efforts=True, increasing_efforts=False)


def test_every_setting_of_year_and_government_draws(shown):
    for code in ("USA", "TWN", "UZB", "CHN"):
        shown.controls["code"].value = code
        for year in range(2009, 2026):
            shown.controls["report"].value = year
            assert f"Report of {year}" in shown.picture.value


def test_it_stands_still_with_picture_table_and_alt_text(shown):
    page = shown.still_html()
    assert "<svg" in page and "<img alt=" in page and "<details>" in page
