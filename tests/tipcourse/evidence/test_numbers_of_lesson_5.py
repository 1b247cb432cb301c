"""The numbers that lesson 5 prints are those of the tables and the models."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tipcourse import data
from tipcourse.evidence import change, dna, dnasearch, intervals, manylists, recapture

TEXT = " ".join(
    (Path(__file__).resolve().parents[3] / "manuscript" / "lessons" / "5-enforcement.md")
    .read_text(encoding="utf-8")
    .split()
)


def child_cases_if_falling_steadily() -> list[float]:
    """Cases of 2013-2020 between the police's counts of 2012 and 2020: by equal factors, then by equal steps."""
    counts = data.load("enforcement_counts")
    first, last = (change.yearly_count(counts, "police-children", year, "cases").value for year in (2012, 2020))
    years = np.arange(1, 9) / 8
    return [float((first * (last / first) ** years).sum()), float((first + (last - first) * years).sum())]


def phrases() -> list[str]:
    counts = data.load("enforcement_counts")
    before, after = (change.yearly_count(counts, "tip-2017", year) for year in (2015, 2016))
    wilson = intervals.wilson(3, 60)
    fits = manylists.all_fits(manylists.from_frame(data.load("list_overlaps"), "uk-2013-five"))
    by_aic, by_bic = min(fits, key=lambda it: it.aic), min(fits, key=lambda it: it.bic)
    duo = [dnasearch.fits_by_chance_duo(locus) for locus in dna.frequencies(data.load("str_alleles")).values()]
    fast, slow = child_cases_if_falling_steadily()
    alerts = counts[(counts["basket"] == "missing-child-alerts") & (counts["last_day"].astype(str) == "2021-05-15")]
    posted, found = (int(alerts.loc[alerts["measure"] == it, "value"].iloc[0]) for it in ("alerts", "children found"))
    return [
        f"The fall is **{-change.change(before, after).percent:.1f} percent**",
        f"{1953 - after.value:.0f} would be left for every other country",
        f"**{100 * wilson.low:.1f} to {100 * wilson.high:.1f} percent**",
        f"The rule AIC picks {by_aic.estimate.total:,.0f}",
        f"BIC, picks {by_bic.estimate.total:,.0f}",
        f"all {len(fits)} models",
        f"about **{60 * 2000 * np.prod(duo):.0f}** strangers",
        f"makes chance fits {dnasearch.at_most_misfits(duo, 1) / np.prod(duo):.0f} times as many",
        f"would hold {round(fast, -3):,.0f} to {round(slow, -3):,.0f}",
        f"{found:,} of {posted:,} alerts for missing children ended with the child found: {found / posted:.0%}".replace(
            "%", " percent"
        ),
    ]


@pytest.mark.parametrize("phrase", phrases())
def test_the_lesson_says_what_the_model_gives(phrase: str) -> None:
    assert phrase in TEXT


def test_unequal_chances_on_both_lists_work_like_referral_and_on_one_do_no_harm() -> None:
    rng = np.random.default_rng(1)
    people = 30_000
    reach = rng.beta(1, 4, people)
    first = rng.random(people) < reach
    same_people_hard_to_reach = rng.random(people) < reach
    equal_for_all = rng.random(people) < 0.2
    low, right = (
        recapture.chapman(recapture.TwoLists(int(first.sum()), int(second.sum()), int((first & second).sum())))
        for second in (same_people_hard_to_reach, equal_for_all)
    )
    assert low < 0.75 * people
    assert right == pytest.approx(people, rel=0.05)
