"""Parentage indices agree with a published example and with brute force; chance matches agree with simulation."""

import itertools
from math import prod
from pathlib import Path

import numpy as np
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from tipcourse import data
from tipcourse.errors import OutOfRange, UnknownName
from tipcourse.evidence.dna import (
    SGM_PLUS,
    combined_duo,
    combined_trio,
    frequencies,
    index_duo,
    index_trio,
    posterior,
)
from tipcourse.evidence.dnasearch import (
    any_chance_match,
    at_most_misfits,
    bound_above,
    expected_chance_matches,
    false_hit_chance,
    fits_by_chance_couple,
    fits_by_chance_duo,
    made_up_indices,
)

EXAMPLE = yaml.safe_load((Path(__file__).parent / "cases" / "parentage.yaml").read_text(encoding="utf-8"))
FREQS = frequencies(data.load("str_alleles"))
LOCUS = {"a": 0.5, "b": 0.3, "c": 0.2}
GENOTYPES = list(itertools.combinations_with_replacement(LOCUS, 2))


def share(genotype, locus=LOCUS):
    p, q = (locus[a] for a in genotype)
    return p * p if genotype[0] == genotype[1] else 2 * p * q


def test_the_published_paternity_example():
    found = [
        index_trio(tuple(r["child"]), tuple(r["mother"]), tuple(r["adult"]), r["frequencies"]) for r in EXAMPLE["loci"]
    ]
    assert found == pytest.approx([r["published"] for r in EXAMPLE["loci"]], abs=1.5e-4)
    assert prod(found) == pytest.approx(EXAMPLE["published_product"], rel=2e-4)


def test_without_the_mother_the_same_people_weigh_less():
    rows = EXAMPLE["loci"]
    freqs = {r["locus"]: r["frequencies"] for r in rows}
    child, mother, adult = ({r["locus"]: tuple(r[who]) for r in rows} for who in ("child", "mother", "adult"))
    assert combined_trio(child, mother, adult, freqs) == pytest.approx(38.3858, abs=1e-3)
    assert combined_duo(child, adult, freqs) == pytest.approx(20.9574, abs=1e-3)


@pytest.mark.parametrize(
    ("child", "adult", "expected"),
    [("aa", "aa", 1 / 0.5), ("aa", "ab", 1 / (2 * 0.5)), ("ab", "aa", 1 / (2 * 0.5)), ("ab", "ac", 1 / (4 * 0.5)),
     ("ab", "ab", 0.8 / (4 * 0.15)), ("ab", "cc", 0.0)],
)  # fmt: skip
def test_duo_indices_by_the_published_table(child, adult, expected):
    """Brenner's table of cases without the mother: 1/q, 1/2q, 1/2p, 1/4p, (p+q)/4pq, 0."""
    assert index_duo(tuple(child), tuple(adult), LOCUS) == pytest.approx(expected)


def test_an_index_averages_one_over_strangers():
    """The law behind every likelihood ratio, summed exactly over all pairs of genotypes."""
    duo = sum(share(c) * share(g) * index_duo(c, g, LOCUS) for c in GENOTYPES for g in GENOTYPES)
    assert duo == pytest.approx(1)
    for mother in GENOTYPES:
        made = {c: 0.0 for c in GENOTYPES}
        for m, other in itertools.product(mother, LOCUS):
            made[tuple(sorted((m, other)))] += LOCUS[other] / 2
        mean = sum(
            made[c] * share(g) * index_trio(c, mother, g, LOCUS) for c in GENOTYPES if made[c] for g in GENOTYPES
        )
        assert mean == pytest.approx(1)


def test_the_order_of_alleles_does_not_matter():
    assert index_duo(("a", "b"), ("b", "c"), LOCUS) == index_duo(("b", "a"), ("c", "b"), LOCUS)


def test_what_cannot_be_computed_is_said():
    with pytest.raises(UnknownName, match="not seen"):
        index_duo(("a", "z"), ("a", "a"), LOCUS)
    with pytest.raises(OutOfRange, match="mother"):
        index_trio(("a", "a"), ("b", "c"), ("a", "a"), LOCUS)
    with pytest.raises(OutOfRange):
        posterior(-1, 0.5)


@pytest.mark.parametrize(
    ("index", "prior", "expected"),
    [(38.3858, 0.5, 0.97461), (38.3858, 0.0001, 0.00382), (10_000, 1e-5, 0.09091), (1e6, 2e-6, 0.666667)],
)
def test_a_posterior_needs_its_prior(index, prior, expected):
    assert posterior(index, prior) == pytest.approx(expected, abs=2e-5)


@given(st.floats(0, 1e12), st.floats(0, 1))
@settings(derandomize=True)
def test_a_posterior_is_a_probability(index, prior):
    found = posterior(index, prior)
    assert 0 <= found <= 1
    assert (found >= prior - 1e-12) if index >= 1 else (found <= prior + 1e-12)


def test_frequencies_sum_to_one_at_sixteen_loci():
    assert len(FREQS) == 16 and set(SGM_PLUS) <= set(FREQS)
    assert [sum(locus.values()) for locus in FREQS.values()] == pytest.approx([1] * 16)


def test_chance_fits_agree_with_brute_force():
    fit = {(c, g): bool(set(c) & set(g)) for c in GENOTYPES for g in GENOTYPES}
    duo = sum(share(c) * share(g) for (c, g), fits in fit.items() if fits)
    assert fits_by_chance_duo(LOCUS) == pytest.approx(duo)
    couple = 0.0
    for c, g, h in itertools.product(GENOTYPES, repeat=3):
        if (c[0] in g and c[1] in h) or (c[1] in g and c[0] in h):
            couple += share(c) * share(g) * share(h)
    assert fits_by_chance_couple(LOCUS) == pytest.approx(couple)


def test_chance_fits_at_ten_and_sixteen_loci():
    ten = [FREQS[locus] for locus in SGM_PLUS]
    assert prod(map(fits_by_chance_duo, ten)) == pytest.approx(1.811e-3, rel=1e-3)
    assert prod(map(fits_by_chance_duo, FREQS.values())) == pytest.approx(2.343e-5, rel=1e-3)
    assert prod(map(fits_by_chance_couple, FREQS.values())) == pytest.approx(3.55e-13, rel=1e-3)


def test_allowing_misfits_adds_chance_matches():
    fits = [fits_by_chance_duo(locus) for locus in FREQS.values()]
    found = [at_most_misfits(fits, k) for k in (0, 1, 2, 16)]
    assert found == pytest.approx([2.343e-5, 4.096e-4, 3.300e-3, 1], rel=1e-3)
    with pytest.raises(OutOfRange):
        at_most_misfits(fits, -1)


def test_chance_matches_grow_with_the_product_of_the_sizes():
    once = expected_chance_matches(60, 2000, 1e-5)
    assert once == pytest.approx(1.2)
    assert expected_chance_matches(600, 20_000, 1e-5) == pytest.approx(100 * once)
    assert any_chance_match(once) == pytest.approx(1 - np.exp(-1.2))
    for call in (lambda: expected_chance_matches(-1, 2, 0.1), lambda: any_chance_match(-1), lambda: bound_above(5, 0)):
        with pytest.raises(OutOfRange):
            call()


def test_simulated_strangers_fit_as_often_as_computed():
    ten = {locus: FREQS[locus] for locus in SGM_PLUS}
    drawn = made_up_indices(ten, 200_000, np.random.default_rng(4), related=False)
    expected = prod(map(fits_by_chance_duo, ten.values()))
    assert (drawn > 0).mean() == pytest.approx(expected, abs=4 * np.sqrt(expected / 200_000))


def test_simulated_parents_always_fit_and_agree_with_the_formula():
    drawn = made_up_indices(FREQS, 50_000, np.random.default_rng(7))
    assert drawn.min() > 0
    assert (drawn >= 10_000).mean() == pytest.approx(0.959, abs=0.005)
    chance = false_hit_chance(drawn, 10_000)
    assert chance == pytest.approx(6.8e-6, rel=0.1)
    assert chance <= bound_above(1, 10_000)
