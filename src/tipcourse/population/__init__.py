"""How did China's people change, and what would have been otherwise?

`people_in(year)` gives the UN's estimate, `china(start, end)` the rates, `project` carries people forward, the measures
read numbers off the result and the scenarios change births. Arrays have the shape (..., sex, age), sexes in the order
of SEXES, ages in the order of GROUP_STARTS, in thousand persons.
"""

from tipcourse.population.lifetable import FEMALE, GROUP_STARTS, MALE, SEXES, alive_shares, person_years
from tipcourse.population.measures import (
    aged,
    dependency_ratio,
    excess_men,
    groups,
    men_aged,
    missing_girls,
    sex_ratio,
    share_aged,
    share_of_fall,
    women_aged,
)
from tipcourse.population.projection import Paths, Projection, births, project, split_births, survive
from tipcourse.population.rates import Rates, china, people_in
from tipcourse.population.scenarios import (
    Spread,
    change_births,
    comparators,
    counterfactual_range,
    fertility_like,
    random_paths,
    simulate,
    what_if,
)

__all__ = [
    "FEMALE",
    "GROUP_STARTS",
    "MALE",
    "SEXES",
    "Paths",
    "Projection",
    "Rates",
    "Spread",
    "aged",
    "alive_shares",
    "births",
    "change_births",
    "china",
    "comparators",
    "counterfactual_range",
    "dependency_ratio",
    "excess_men",
    "fertility_like",
    "groups",
    "men_aged",
    "missing_girls",
    "people_in",
    "person_years",
    "project",
    "random_paths",
    "sex_ratio",
    "share_aged",
    "share_of_fall",
    "simulate",
    "split_births",
    "survive",
    "what_if",
    "women_aged",
]
