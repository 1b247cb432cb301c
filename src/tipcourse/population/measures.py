"""What can be read off a population: how old, how many men to a woman, how many girls are missing?

Counts in, one number out, or one for each year or scenario. `people` is always in thousand persons with the shape
(..., sex, age), as `people_in` and `Projection.people` give it. Not here: marital status; the counts know none.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from tipcourse.errors import OutOfRange
from tipcourse.population.lifetable import FEMALE, GROUP_STARTS, MALE, Array

OPEN_AGE = 100


def groups(first_age: int, last_age: int) -> slice:
    """The five-year groups from first_age to last_age: groups(15, 64) is 15-19 to 60-64.

    first_age  divisible by 5, 0-100
    last_age   one less than a number divisible by 5, or 100 for everyone older
    raises     OutOfRange for ages at which no group begins or ends
    """
    ends = last_age == OPEN_AGE or (last_age + 1) % 5 == 0
    if first_age % 5 or not ends or not 0 <= first_age <= last_age <= OPEN_AGE:
        raise OutOfRange(f"Ages {first_age}-{last_age} cut a five-year group. Give for example 15-64, or 65-100.")
    return slice(first_age // 5, len(GROUP_STARTS) if last_age == OPEN_AGE else (last_age + 1) // 5)


def aged(people: Array, first_age: int, last_age: int) -> Array:
    """Thousand persons of both sexes from first_age to last_age, shape of people without sex and age."""
    return np.asarray(people[..., groups(first_age, last_age)].sum(axis=(-1, -2)))


def women_aged(people: Array, first_age: int, last_age: int) -> Array:
    """Thousand women from first_age to last_age."""
    return np.asarray(people[..., FEMALE, groups(first_age, last_age)].sum(axis=-1))


def men_aged(people: Array, first_age: int, last_age: int) -> Array:
    """Thousand men from first_age to last_age."""
    return np.asarray(people[..., MALE, groups(first_age, last_age)].sum(axis=-1))


def dependency_ratio(people: Array, first_age: int = 15, last_age: int = 64) -> Array:
    """Younger and older people per 100 of working age (15-64 unless other ages are given)."""
    working = aged(people, first_age, last_age)
    return 100 * (aged(people, 0, OPEN_AGE) - working) / working


def share_aged(people: Array, first_age: int, last_age: int) -> Array:
    """Percent of all people who are from first_age to last_age."""
    return 100 * aged(people, first_age, last_age) / aged(people, 0, OPEN_AGE)


def sex_ratio(people: Array, women: tuple[int, int], men: tuple[int, int] | None = None) -> Array:
    """Men per 100 women: of the same ages, or of other ages for a gap between spouses.

    women, men  (first age, last age); men left out, the ages of the women
    """
    return 100 * men_aged(people, *(men or women)) / women_aged(people, *women)


def excess_men(people: Array, first_age: int, last_age: int) -> Array:
    """Men minus women from first_age to last_age, thousand persons; negative where women are more."""
    return men_aged(people, first_age, last_age) - women_aged(people, first_age, last_age)


def missing_girls(
    births: ArrayLike, boys_per_100_girls: ArrayLike, reference: float = 106.0, held: str = "births"
) -> Array:
    """Girls not born who would have been at the reference sex ratio.

    births              births of both sexes, any unit, any shape
    boys_per_100_girls  at birth, same shape
    reference           boys per 100 girls without sex selection, 103-108
    held                "births": the same number of births, otherwise divided; "boys": the same boys, more girls
    returns             unit and shape of births; negative where there are more girls than the reference gives
    raises              OutOfRange for another reference or another word
    """
    if not 103 <= reference <= 108:
        raise OutOfRange(f"A reference of {reference} boys per 100 girls is outside 103-108.")
    all_births, ratio = np.asarray(births, dtype=float), np.asarray(boys_per_100_girls, dtype=float)
    girls = all_births * 100 / (100 + ratio)
    if held == "births":
        return np.asarray(all_births * 100 / (100 + reference) - girls)
    if held == "boys":
        return np.asarray((all_births - girls) * 100 / reference - girls)
    raise OutOfRange(f"'{held}' cannot be held. Hold 'births' (their number stays) or 'boys' (boys stay, girls join).")


def share_of_fall(first: float, middle: float, last: float) -> float:
    """Percent of the fall from first to last that had come by middle.

    raises OutOfRange where there was no fall
    """
    if first <= last:
        raise OutOfRange(f"From {first} to {last} there is no fall. Give the higher value first.")
    return 100 * (first - middle) / (first - last)
