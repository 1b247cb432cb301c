"""Three or more lists: what do the overlaps say about dependence, and about those on no list?

A table of overlaps and the pairs that may depend on each other in; an estimate with its fit out. With two lists
dependence cannot be seen at all. With three it can, but one number stays out of reach: the dependence among all of
them together. Choosing among models that fit about equally well can move the answer by a factor of two.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from tipcourse.errors import OutOfRange, ShapeError, UnknownName, did_you_mean
from tipcourse.evidence.recapture import Z95, Estimate, TwoLists

ITERATIONS = 60
CONVERGED = 1e-9
RUNAWAY = 100.0  # variance of the log of the unseen above which the estimate has no end


def patterns(lists: int) -> np.ndarray:
    """All combinations of lists as rows of 0 and 1; the first row is 'on no list'. Shape (2 ** lists, lists)."""
    return np.array(list(itertools.product((0, 1), repeat=lists)))


@dataclass(frozen=True)
class ListTable:
    """How many people have each combination of lists.

    names   the lists, in order
    counts  people, one number for each row of patterns() but the first (nobody counts those on no list)
    """

    names: tuple[str, ...]
    counts: tuple[int, ...]

    def __post_init__(self) -> None:
        if len(self.counts) != 2 ** len(self.names) - 1:
            raise ShapeError(
                f"{len(self.names)} lists have {2 ** len(self.names) - 1} combinations, got {len(self.counts)} counts."
            )
        if min(self.counts) < 0:
            raise OutOfRange("A count is below 0. Combinations that nobody has get a 0.")

    @property
    def seen(self) -> int:
        """People on at least one list."""
        return sum(self.counts)

    def column(self, name: str) -> int:
        """Position of a list; UnknownName with near names."""
        if name not in self.names:
            hint = did_you_mean(name, self.names)
            raise UnknownName(f"No list '{name}'.{hint} The lists are: {', '.join(self.names)}.")
        return self.names.index(name)

    def pair(self, one: str, other: str) -> TwoLists:
        """Two of the lists, whatever else people are on."""
        on, counts = patterns(len(self.names))[1:], np.array(self.counts)
        first, second = on[:, self.column(one)] == 1, on[:, self.column(other)] == 1
        return TwoLists(int(counts[first].sum()), int(counts[second].sum()), int(counts[first & second].sum()))

    def pairs(self) -> list[str]:
        """Every pair of lists, written 'A:B'."""
        return [f"{one}:{other}" for one, other in itertools.combinations(self.names, 2)]


def from_frame(overlaps: pd.DataFrame, dataset: str) -> ListTable:
    """One data set of the table `list_overlaps`; combinations that it does not name were seen 0 times."""
    known = sorted(overlaps["dataset"].unique())
    if dataset not in known:
        raise UnknownName(f"No data set '{dataset}'.{did_you_mean(dataset, known)} There are: {', '.join(known)}.")
    rows = overlaps[overlaps["dataset"] == dataset]
    combinations = {frozenset(text.split("+")): int(n) for text, n in zip(rows["lists"], rows["people"], strict=True)}
    names = tuple(dict.fromkeys(name for text in rows["lists"] for name in text.split("+")))
    on = patterns(len(names))[1:]
    keys = [frozenset(name for name, mark in zip(names, row, strict=True) if mark) for row in on]
    return ListTable(names, tuple(combinations.get(key, 0) for key in keys))


@dataclass(frozen=True)
class Fit:
    """A fitted log-linear model: its pairs, the estimate, and how well it fits (smaller is better).

    deviance  distance between table and model; aic, bic: deviance-like scores that charge for every parameter
    """

    terms: tuple[str, ...]
    estimate: Estimate
    deviance: float
    aic: float
    bic: float
    parameters: int


def _design(table: ListTable, terms: tuple[str, ...]) -> np.ndarray:
    """One row a combination, one column a parameter: the whole, each list, each pair."""
    on = patterns(len(table.names))[1:].astype(float)
    columns = [np.ones(len(on)), *on.T]
    for term in terms:
        one, _, other = term.partition(":")
        if table.column(one) == table.column(other):
            raise UnknownName(f"'{term}' names one list twice. A pair joins two, such as '{table.pairs()[0]}'.")
        columns.append(on[:, table.column(one)] * on[:, table.column(other)])
    return np.column_stack(columns)


def _poisson(design: np.ndarray, counts: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Coefficients, their covariance and the fitted counts, by iteratively reweighted least squares.

    source  McCullagh and Nelder 1989, ch. 2
    """
    fitted = counts + 0.5
    coefficients = np.zeros(design.shape[1])
    for _ in range(ITERATIONS):
        working = np.log(fitted) + (counts - fitted) / fitted
        information = design.T @ (fitted[:, None] * design)
        newer = np.linalg.solve(information, design.T @ (fitted * working))
        fitted = np.exp(design @ newer)
        moved = np.max(np.abs(newer - coefficients))
        coefficients = newer
        if moved < CONVERGED:
            covariance = np.linalg.inv(design.T @ (fitted[:, None] * design))
            if covariance[0, 0] > RUNAWAY:
                break
            return coefficients, covariance, fitted
    raise OutOfRange("The fit runs away: with this model the table does not fix the number on no list. Drop a pair.")


def _scores(counts: np.ndarray, fitted: np.ndarray, parameters: int) -> tuple[float, float, float]:
    """Deviance, AIC and BIC (with the number of people seen as its size)."""
    logs = np.where(counts > 0, counts * np.log(np.maximum(counts, 1) / fitted), 0.0)
    deviance = 2 * float((logs - (counts - fitted)).sum())
    likelihood = float((counts * np.log(fitted) - fitted).sum()) - sum(math.lgamma(c + 1) for c in counts)
    return deviance, 2 * parameters - 2 * likelihood, parameters * math.log(counts.sum()) - 2 * likelihood


def fit(table: ListTable, terms: Iterable[str] = (), z: float = Z95) -> Fit:
    """Estimate those on no list with a log-linear model; `terms` are the pairs that may depend on each other.

    table    overlaps of two or more lists
    terms    pairs such as 'A:B'; none means that all lists are independent
    returns  Fit; the interval is on the log of the unseen and takes the model as given
    raises   OutOfRange when the table has no estimate under this model (for example a pair without any overlap)
    source   Fienberg 1972, Biometrika 59; Bishop, Fienberg and Holland 1975, ch. 6
    """
    chosen = tuple(terms)
    design, counts = _design(table, chosen), np.array(table.counts, dtype=float)
    for term in chosen:
        if table.pair(*term.split(":")).both == 0:
            raise OutOfRange(f"Nobody is on both lists of '{term}', so no dependence can be estimated. Leave it out.")
    if np.linalg.matrix_rank(design) < design.shape[1] or design.shape[1] > len(counts):
        raise OutOfRange(f"{len(chosen)} pairs are more than this table can tell apart. Name fewer pairs.")
    with np.errstate(all="ignore"):
        try:
            coefficients, covariance, fitted = _poisson(design, counts)
        except np.linalg.LinAlgError:
            raise OutOfRange("The table does not fix the number on no list with this model. Drop a pair.") from None
    unseen, factor = math.exp(coefficients[0]), math.exp(z * math.sqrt(covariance[0, 0]))
    name = ", ".join(chosen) or "independent lists"
    seen = table.seen
    estimate = Estimate(seen + unseen, seen + unseen / factor, seen + unseen * factor, seen, name)
    deviance, aic, bic = _scores(counts, fitted, design.shape[1])
    return Fit(chosen, estimate, deviance, aic, bic, design.shape[1])


def all_fits(table: ListTable) -> list[Fit]:
    """Every model with any set of pairs, as far as the table can carry it; pairs without overlap are left out."""
    usable = [term for term in table.pairs() if table.pair(*term.split(":")).both > 0]
    found = []
    for size in range(len(usable) + 1):
        for terms in itertools.combinations(usable, size):
            try:
                found.append(fit(table, terms))
            except OutOfRange:
                continue
    return found
