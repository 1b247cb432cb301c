"""The numbers that lesson 4 prints are those of the tables and the model, and its tables agree with each other."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tipcourse import data
from tipcourse import population as pop

TEXT = " ".join(
    (Path(__file__).resolve().parents[3] / "manuscript" / "lessons" / "4-one-child.md")
    .read_text(encoding="utf-8")
    .split()
)


def broad_ages():
    table = data.load("china_broad_ages").set_index("year").astype(float)
    table["age_15_64"] = table["age_15_59_thousand"] + table["age_60_64_thousand"]
    table["all"] = table["age_15_64"] + table["age_0_14_thousand"] + table["age_65_plus_thousand"]
    return table


def never_married(year: int, area: str, sex: str) -> float:
    table = data.load("china_never_married").set_index(["year", "area", "sex", "age_start"])["never_married_percent"]
    return float(table[year, area, sex, 40])


def excess_in_2040(percent: float) -> float:
    rates = pop.china()
    return float(pop.excess_men(pop.project(rates, pop.what_if(rates, 100, percent)).in_year(2040), 20, 39)) / 1000


def phrases() -> list[str]:
    broad, fan = broad_ages(), pop.counterfactual_range(1980).query("year == 2020").set_index(["place", "rule"])
    old = (100 * broad["age_65_plus_thousand"] / broad["all"]).round(1)
    difference = fan["difference_million"]
    whole = pop.counterfactual_range(1970).query("year == 2020")["difference_million"]
    at_106 = pop.project(pop.china(), pop.change_births(pop.china(), boys_per_100_girls=106)).in_year(2050)
    older_men = {year: float(pop.sex_ratio(pop.people_in(year), (20, 29), (25, 34))) for year in (1995, 2000)}
    census = data.load("china_census_children").query("year == 2010 and age_start == 20").set_index("sex").astype(float)
    apart = 100 * (census["census_thousand"] / census["un_thousand"] - 1)
    squeeze_2010 = pop.sex_ratio(pop.people_in(2010), (20, 29), (25, 34))
    un = data.load("china_projections").query("edition == 'WPP 2024' and year == 2050").set_index("variant")
    un_low, un_high = (float(un["population_thousand"][f"80% interval, {end}"]) / 1000 for end in ("lower", "upper"))
    doubt = pop.Spread(fertility_sd=0.08, sex_ratio_sd=1.0, since=2025)
    paths = pop.simulate(pop.china(1980, 2050), 10_000, np.random.default_rng(2015), doubt)
    low, high = np.percentile(paths.total[:, -1] / 1000, [10, 90])
    assert 2 < (un_high - un_low) / (high - low) < 3
    assert squeeze_2010 < 100 and pop.sex_ratio(pop.people_in(1990), (20, 29), (25, 34)) < 100
    return [
        f"{old[1980]}% (1980), {old[2000]}% (2000), {old[2015]:.1f}% (2015), {old[2025]}% (2025)",
        f"15-59 peaked at {broad['age_15_59_thousand'].max() / 1000:.0f} million in "
        f"{broad['age_15_59_thousand'].idxmax()}, 15-64 at {broad['age_15_64'].max() / 1000:,.0f} million in "
        f"{broad['age_15_64'].idxmax()}",
        f"It peaked in {broad['all'].idxmax()} at {broad['all'].max() / 1000:,.0f} million",
        f"In 1990, {never_married(1990, 'rural', 'male'):.1f}% of rural men of 40-44",
        f"In 2010 it was {never_married(2010, 'rural', 'male'):.1f}%",
        f"From {-difference.min():.0f} million fewer people to {difference.max():.0f} million more",
        f"({-difference['Thailand', 'level']:.0f} million fewer) if its fertility is taken as it was, and "
        f"{-difference['Thailand', 'proportional']:.0f} million fewer",
        f"are {excess_in_2040(0):.1f} million",
        f"With a sex ratio of 106 since 1980: {excess_in_2040(100):.1f} million",
        f"(15, 29))` gives {float(pop.sex_ratio(pop.people_in(2020), (15, 29))):.0f}",
        f"lifts it to {float(pop.sex_ratio(pop.project(pop.china()).in_year(2050), (20, 29), (25, 34))):.0f} in 2050",
        f"would still be {float(pop.sex_ratio(at_106, (20, 29), (25, 34))):.0f}",
        f"rose from {older_men[1995]:.0f} in 1995 to {older_men[2000]:.0f} in 2000",
        f"from {-whole.min():.0f} million fewer to {whole.max():,.0f} million more people in 2020",
        f"Ours runs from {low:,.0f} to {high:,.0f} million people.",
        f"runs from {un_low:,.0f} to {un_high:,.0f} million: more than twice as wide",
        f"counted {apart['female']:.1f}% **more** women of 20-24 than the UN has, and {-apart['male']:.1f}% fewer men",
    ]


@pytest.mark.parametrize("phrase", phrases())
def test_the_lesson_says_what_the_model_gives(phrase: str) -> None:
    assert phrase in TEXT


def test_the_two_editions_differ_as_the_lesson_says() -> None:
    table = data.load("china_projections").query("variant == 'medium' and year == 2050").set_index("edition")
    million = table["population_thousand"].astype(float) / 1000
    assert f"{million['WPP 2019'] - million['WPP 2024']:.0f} million more in 2050" in TEXT


def test_the_yearly_and_the_five_yearly_table_hold_the_same_people() -> None:
    broad = broad_ages()
    for year in range(1950, 2026, 5):
        people = pop.people_in(year)
        assert people.sum() == pytest.approx(broad.loc[year, "all"], abs=0.1)
        assert pop.aged(people, 15, 59) == pytest.approx(broad.loc[year, "age_15_59_thousand"], abs=0.1)


def test_birth_rates_by_age_add_up_to_total_fertility() -> None:
    rows = data.load("china_birth_rates").set_index("period_start")["total_fertility_rate"].astype(float)
    rates = pop.china(1970, 2050)
    assert rates.total_fertility == pytest.approx(rows.loc[list(rates.years[:-1])].to_numpy(), abs=0.001)


def test_missing_cells_are_missing_and_not_zero() -> None:
    table = data.load("one_child_estimates")
    numbers = table[["low", "central", "high"]].astype(float).to_numpy()
    assert not (numbers == 0).any()
    assert np.isnan(numbers[(table["unit"] == "qualitative").to_numpy()]).all()
