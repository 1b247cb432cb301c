"""How strongly do two DNA profiles speak for parent and child?

Profiles and allele frequencies in, a parentage index out: how many times likelier the profiles are if the adult is
the parent than if the adult is unrelated. An index is evidence, not a probability of parenthood; that needs a prior.
Not here: mutation, relatives, inbreeding, errors of the laboratory. Each makes chance hits likelier or true pairs
look false. All profiles in this course are made up.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import prod

import pandas as pd

from tipcourse.errors import OutOfRange, UnknownName, did_you_mean

Genotype = tuple[str, str]
Profile = Mapping[str, Genotype]
Frequencies = Mapping[str, Mapping[str, float]]

SGM_PLUS = ("D3S1358", "vWA", "FGA", "D8S1179", "D21S11", "D18S51", "D16S539", "TH01", "D2S1338", "D19S433")


def frequencies(table: pd.DataFrame) -> dict[str, dict[str, float]]:
    """Allele frequencies by locus from the table `str_alleles`: alleles counted / all alleles counted at the locus."""
    found: dict[str, dict[str, float]] = {}
    for locus, rows in table.groupby("locus", sort=False):
        total = float(rows["alleles_counted"].sum())
        found[str(locus)] = {a: float(n) / total for a, n in zip(rows["allele"], rows["alleles_counted"], strict=True)}
    return found


def frequency(allele: str, locus: Mapping[str, float]) -> float:
    """Frequency of one allele, 0-1; UnknownName when it was never seen at this locus."""
    if allele not in locus:
        raise UnknownName(f"The allele '{allele}' was not seen at this locus.{did_you_mean(allele, locus)}")
    return locus[allele]


def _passed_on(allele: str, adult: Genotype) -> float:
    """Chance that this adult passes on the allele: 0, 1/2 or 1."""
    return (adult[0] == allele) / 2 + (adult[1] == allele) / 2


def _genotype_share(child: Genotype, locus: Mapping[str, float]) -> float:
    """Share of people with this genotype (Hardy-Weinberg)."""
    p, q = (frequency(allele, locus) for allele in child)
    return p * p if child[0] == child[1] else 2 * p * q


def index_duo(child: Genotype, adult: Genotype, locus: Mapping[str, float]) -> float:
    """Parentage index at one locus when the other parent was not tested; 0 when no allele is shared.

    child, adult  two alleles each
    locus         allele -> frequency, 0-1
    returns       index, 0 or more; 1 says nothing either way
    source        Brenner 1993, Transfusion 33; the same numbers by his table (see the tests)
    """
    a, b = child
    from_adult = _passed_on(a, adult) * frequency(b, locus)
    if a != b:
        from_adult += _passed_on(b, adult) * frequency(a, locus)
    return from_adult / _genotype_share(child, locus)


def index_trio(child: Genotype, mother: Genotype, adult: Genotype, locus: Mapping[str, float]) -> float:
    """Parentage index at one locus when the mother is known and tested.

    raises OutOfRange when child and mother share no allele: then she is not the mother, or a mutation happened
    source NIJ, Population Genetics and Statistics for Forensic Analysts, 'Paternity Calculations'
    """
    a, b = child
    ways = [(a, b)] if a == b else [(a, b), (b, a)]
    if_parent = sum(_passed_on(m, mother) * _passed_on(other, adult) for m, other in ways)
    if_unrelated = sum(_passed_on(m, mother) * frequency(other, locus) for m, other in ways)
    if if_unrelated == 0:
        raise OutOfRange(f"Child {child} and mother {mother} share no allele here. This index needs a mother who fits.")
    return if_parent / if_unrelated


def combined_duo(child: Profile, adult: Profile, freqs: Frequencies) -> float:
    """Product of the indices over all loci of the child (loci are inherited independently)."""
    return prod(index_duo(child[locus], adult[locus], freqs[locus]) for locus in child)


def combined_trio(child: Profile, mother: Profile, adult: Profile, freqs: Frequencies) -> float:
    """The same with a tested mother."""
    return prod(index_trio(child[locus], mother[locus], adult[locus], freqs[locus]) for locus in child)


def posterior(index: float, prior: float) -> float:
    """Probability of parenthood after the DNA, from the probability before it (Bayes).

    index  parentage index, 0 or more; prior: 0-1, for example 1 / number of adults who could be the parent
    """
    if index < 0 or not 0 <= prior <= 1:
        raise OutOfRange(f"Got index {index} and prior {prior}. An index is 0 or more, a prior lies between 0 and 1.")
    if prior in (0.0, 1.0):
        return prior
    return index * prior / (index * prior + 1 - prior)
