"""Numbers that lessons 2, 5, 6 and 7 state in words are the numbers that the models give. (Lesson 4: tests/tipcourse/population.)

And the numbers that an assignment gives are those of the tables.
"""

from __future__ import annotations

import re
from ast import literal_eval
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from proofs import assignment

from tipcourse import data, hukou, remedy, sources
from tipcourse.evidence import change, dna, dnasearch, intervals, manylists, sanction

LESSONS = Path(__file__).resolve().parents[2] / "manuscript" / "lessons"


def text(unit: str) -> str:
    return " ".join((LESSONS / f"{unit}.md").read_text(encoding="utf-8").split())


def counted() -> list[str]:
    counts = data.load("enforcement_counts")
    before, after = (change.yearly_count(counts, "tip-2017", year) for year in (2015, 2016))
    court = change.yearly_count(counts, "court-narrow", 2015).value
    low, high = change.ratio_interval(before.value, after.value)
    wilson = intervals.wilson(3, 60)
    first, last, years = (
        5907,
        666,
        range(1, 9),
    )  # child-trafficking cases 2012 and 2020; falling by steps, and by shares
    sums = [sum(first * (last / first) ** (k / 8) for k in years), sum(first + (last - first) * k / 8 for k in years)]
    return [
        f"The fall is **{-change.change(before, after).percent:.1f} percent**",
        f"is {after.value / before.value:.2f}, with an interval of {low:.2f} to {high:.2f}",
        f"is a **rise** of {100 * (after.value / court - 1):.0f} percent",
        f"**{100 * wilson.low:.1f} to {100 * wilson.high:.1f} percent**",
        f"in only {100 * intervals.coverage(intervals.wald, 60, 0.05):.0f} of 100 samples",
        f"would hold {round(sums[0], -3):,.0f} to {round(sums[1], -3):,.0f}",
        f"{4707:,} of {4801:,} alerts for missing children ended with the child found: {100 * 4707 / 4801:.0f} percent",
    ]


def chained() -> list[str]:
    base = sanction.chain({"detected": 0.10, "charged": 0.60, "convicted": 0.98}, years=7.5)
    fewer = [1 - sanction.offences_after(chance, years, -0.4, -0.1) for chance, years in [(1, 2), (2, 1)]]
    return [
        f'{1000 * base.chance:.0f} end in a conviction, and one offence "costs" {base.expected_years:.2f} years',
        f"are the same: {2 * base.expected_years:.2f}",
        f"{100 * fewer[0]:.0f} against {100 * fewer[1]:.0f} percent fewer",
    ]


def listed() -> list[str]:
    fits = manylists.all_fits(manylists.from_frame(data.load("list_overlaps"), "uk-2013-five"))
    best = {rule: min(fits, key=lambda fit: getattr(fit, rule)).estimate.total for rule in ("aic", "bic")}
    totals = [fit.estimate.total for fit in fits]
    assert 1.5 < best["bic"] / best["aic"] < 2.5 and 4.5 < max(totals) / min(totals) < 5, "twofold, nearly fivefold"
    return [
        f"({min(totals):,.0f} to {max(totals):,.0f})",
        f"Here are all {len(fits)} models",
        f"The rule AIC picks {best['aic']:,.0f}",
        f"BIC, picks {best['bic']:,.0f}",
    ]


def matched() -> list[str]:
    loci = dna.frequencies(data.load("str_alleles"))
    by_chance = [dnasearch.fits_by_chance_duo(locus) for locus in loci.values()]
    all_fit = float(np.prod(by_chance))
    one_may_not = all_fit + sum(all_fit / share * (1 - share) for share in by_chance)
    posterior = [100 * dna.posterior(10_000, 1 / adults) for adults in (2, 100_000)]
    return [
        f"means {posterior[0]:.2f} percent when one of two adults is the parent, and {posterior[1]:.0f} percent",
        f"about **{dnasearch.expected_chance_matches(60, 2_000, all_fit):.0f}** strangers",
        f"makes chance fits {one_may_not / all_fit:.0f} times as many",
    ]


def remedied() -> list[str]:
    chain = remedy.hypothetical_chain()
    perfect_end = remedy.changed(chain, "carried out", 1.0)
    return [
        f"Still only {1000 * remedy.share_with_remedy(chain):.0f} of 1,000 people arrive",
        f"a perfect last step gives {1000 * remedy.share_with_remedy(perfect_end):.0f} of 1,000",
    ]


def briefed() -> list[str]:
    permit = hukou.apply_reform(hukou.HYPOTHETICAL, hukou.REFORMS[1])
    points = 100 * (hukou.expected_share(hukou.HYPOTHETICAL) - hukou.expected_share(permit))
    return [f"lowers the share by about {points:.2f} percentage points"]


def registered() -> list[str]:
    world = hukou.HYPOTHETICAL
    ends = hukou.shares(world, years=40)
    gaps = hukou.gap_table(data.load("hukou_shares")).set_index("year")
    fewer, before = hukou.expected_share(replace(world, unregistered_share=0.3)), hukou.expected_share(world)
    cheaper = [hukou.expected_share(replace(world, extra_cost_months=months)) for months in (0.6, 0.7)]
    assert cheaper[0] < fewer < cheaper[1]
    points = gaps["gap_points"]
    return [
        f"{100 * hukou.complaint_chance(1):.0f} in 100 at one month, {100 * hukou.complaint_chance(2):.0f} in 100 at two",
        f"{100 * ends.registered[-1]:.1f} percent of registered and {100 * ends.unregistered[-1]:.1f} percent",
        f"halving the unregistered share gives {100 * (fewer - before):.2f} percentage points",
        f"the gap ({gaps.loc[2017, 'gap_million']:.0f} million)",
        f"three jumps: up {points[2010] - points[2009]:.1f} points in 2010, down {points[2014] - points[2015]:.1f} in 2015 "
        f"and up {points[2020] - points[2019]:.1f} in 2020",
        f"the gap rises: from {points[2001]:.1f} to {points[2009]:.1f} points (2001-2009) and "
        f"from {points[2010]:.1f} to {points[2012]:.1f} (2010-2012)",
    ]


STATED = {
    "2-hukou": [registered],
    "5-enforcement": [counted, chained, listed, matched],
    "6-remedy": [remedied],
    "7-brief": [briefed],
}


@pytest.mark.parametrize(
    ("unit", "phrase"), [(u, p) for u, makers in STATED.items() for make in makers for p in make()]
)
def test_the_lesson_says_what_the_model_gives(unit: str, phrase: str) -> None:
    assert phrase in text(unit)


@pytest.mark.parametrize("claim", ["K15", "K20", "K33"])
def test_lesson_6_and_the_claims_table_give_one_verdict(claim: str) -> None:
    words = {"K15": "hundreds of activist lawyers", "K20": "invoke the constitution", "K33": "Dozens of North Korean"}[
        claim
    ]
    row = next(
        line for line in (LESSONS / "6-remedy.md").read_text("utf-8").split("\n") if line[0:1] == "|" and words in line
    )
    assert f"**{sources.claims().set_index('claim_id').loc[claim, 'verdict']}**" in row


def given(unit: str, name: str) -> Any:
    """What a locked cell of the assignment gives the student under that name."""
    names: dict[str, Any] = {}
    for cell in assignment(unit).key.cells:
        meta = cell.metadata.get("nbgrader", {})
        if cell.cell_type == "code" and not meta.get("solution") and not meta.get("grade"):
            exec(compile(cell.source, unit, "exec"), names)
    return names[name]


def test_the_convictions_of_assignment_5_are_those_of_the_table() -> None:
    table = data.load("enforcement_counts")
    rows = given("5-enforcement", "convicted")
    assert rows
    assert all(change.yearly_count(table, basket, year).value == people for basket, year, people in rows)


def test_the_days_of_assignment_1_are_those_of_the_timeline() -> None:
    days = data.load("law_timeline").set_index(["name", "stage"])["day"]
    for row in given("1-law", "waits").itertuples():
        first = "adopted" if row.name.startswith("Amendment") else "deposited"
        assert (days[row.name, first], days[row.name, "in force"]) == (row.joined_or_adopted, row.in_force)


def test_the_part_of_the_british_table_in_assignment_5_is_in_the_whole() -> None:
    table = data.load("list_overlaps")
    whole = dict(table[table["dataset"] == "uk-2013-six"][["lists", "people"]].itertuples(index=False))
    question = next(c.source for c in assignment("5-enforcement").key.cells if c.source.startswith("## 5 Two lists"))
    part = literal_eval(re.search(r"`(\{.*\})`", question)[1])
    assert len(part) == 5 and part.items() <= whole.items()
