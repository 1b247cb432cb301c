"""What happens when every child is compared with every adult?

A test that is nearly never wrong about one pair can still be wrong often when there are millions of pairs. Sizes of
the two collections and the chance for one unrelated pair in, expected chance matches out.
Not here: relatives and inbreeding, which raise the chance; the size of China's data base, which is not published.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

import numpy as np

from tipcourse.errors import OutOfRange
from tipcourse.evidence.dna import Frequencies


def fits_by_chance_duo(locus: Mapping[str, float]) -> float:
    """Chance that an unrelated adult and child share an allele at this locus, 0-1.

    Two people share none when each allele of one differs from each of the other; summed over the child's genotypes.
    """
    p = np.array(list(locus.values()))
    both_other = (1 - p[:, None] - p[None, :]) ** 2
    np.fill_diagonal(both_other, (1 - p) ** 2)
    return float(1 - (p[:, None] * p[None, :] * both_other).sum())


def fits_by_chance_couple(locus: Mapping[str, float]) -> float:
    """Chance that two unrelated adults could together be the parents of a child at this locus, 0-1."""
    p = np.array(list(locus.values()))
    has = 1 - (1 - p) ** 2
    either_way = 2 * has[:, None] * has[None, :] - (2 * p[:, None] * p[None, :]) ** 2
    np.fill_diagonal(either_way, has**2)
    return float((p[:, None] * p[None, :] * either_way).sum())


def at_most_misfits(fits: Iterable[float], misfits: int) -> float:
    """Chance that an unrelated pair fits at all loci but at most `misfits`, 0-1.

    fits     chance of a fit at each locus, 0-1
    misfits  loci allowed not to fit, 0 or more (laboratories allow a few, because mutations happen)
    """
    if misfits < 0:
        raise OutOfRange(f"Got {misfits} misfits. Give 0 or more.")
    counts = np.array([1.0])
    for fit in fits:
        counts = np.append(counts * fit, 0.0) + np.append(0.0, counts * (1 - fit))
    return float(counts[: misfits + 1].sum())


def expected_chance_matches(children: float, adults: float, chance: float) -> float:
    """Chance matches to expect: every child with every adult (or couple), times the chance for one unrelated pair."""
    if children < 0 or adults < 0 or not 0 <= chance <= 1:
        got = f"{children} children, {adults} adults, chance {chance}"
        raise OutOfRange(f"Got {got}. Numbers are 0 or more, a chance lies between 0 and 1.")
    return children * adults * chance


def any_chance_match(expected: float) -> float:
    """Chance of at least one chance match when so many are expected (Poisson), 0-1."""
    if expected < 0:
        raise OutOfRange(f"Got {expected} expected matches. Give 0 or more.")
    return -math.expm1(-expected)


def bound_above(pairs: float, threshold: float) -> float:
    """At most so many chance hits with an index of `threshold` or more, whatever the loci: pairs / threshold.

    An index averages 1 over unrelated pairs, so at most 1 in `threshold` of them can reach it (Markov's inequality).
    """
    if pairs < 0 or threshold <= 0:
        raise OutOfRange(f"Got {pairs} pairs and the threshold {threshold}. Pairs are 0 or more, a threshold above 0.")
    return pairs / threshold


def made_up_indices(freqs: Frequencies, pairs: int, rng: np.random.Generator, related: bool = True) -> np.ndarray:
    """Parentage indices of made-up adult-child pairs (other parent not tested).

    freqs    locus -> allele -> frequency
    pairs    how many pairs to make up
    related  True: the adult is the parent; False: a stranger
    returns  indices over all loci, shape (pairs,); 0 where a locus does not fit
    """
    index = np.ones(pairs)
    for locus in freqs.values():
        p = np.array(list(locus.values()))
        p = p / p.sum()
        adult = rng.choice(len(p), size=(2, pairs), p=p)
        child = rng.choice(len(p), size=(2, pairs), p=p)
        if related:
            child[0] = adult[rng.integers(0, 2, pairs), np.arange(pairs)]
        index *= _duo(child, adult, p)
    return index


def _duo(child: np.ndarray, adult: np.ndarray, p: np.ndarray) -> np.ndarray:
    """index_duo for many pairs at once; alleles are positions in p. Shapes (2, pairs), returns (pairs,)."""
    passed = (child[:, None, :] == adult[None, :, :]).mean(axis=1)
    alike = child[0] == child[1]
    mixed = passed[0] * p[child[1]] + passed[1] * p[child[0]]
    share = np.where(alike, p[child[0]] ** 2, 2 * p[child[0]] * p[child[1]])
    return np.where(alike, passed[0] * p[child[0]], mixed) / share


def false_hit_chance(indices_of_parents: np.ndarray, threshold: float) -> float:
    """Chance that a stranger reaches the threshold, 0-1, from the indices of true pairs.

    Each true pair with index x stands for strangers that are x times rarer, so the share above the threshold is
    averaged with weight 1/x. This finds chances far too small to meet by drawing strangers.
    source  importance sampling; the weight is the definition of a likelihood ratio turned round
    """
    reached = indices_of_parents[indices_of_parents >= threshold]
    return float((1 / reached).sum() / len(indices_of_parents))
