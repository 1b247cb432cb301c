"""Does a model run give the same numbers again, and how much does one run depend on chance?

A model is any function that takes its settings by name, and `rng` where it needs chance, and gives back numbers by
name. A Record keeps what is needed to run it again. Not here: whether the model is right.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tipcourse.errors import OutOfRange, ShapeError

Model = Callable[..., Mapping[str, float]]
Z95 = 1.959963984540054  # normal 97.5% point


@dataclass(frozen=True)
class Record:
    """One run: the model's name, its settings, the seed (None for a model without chance) and its numbers."""

    model: str
    settings: Mapping[str, Any]
    seed: int | None
    results: Mapping[str, float]

    @property
    def fingerprint(self) -> str:
        """Twelve characters that change when anything in the record changes, whatever the order of its keys."""
        told = [self.model, dict(self.settings), self.seed, {k: float(v) for k, v in self.results.items()}]
        return hashlib.sha256(json.dumps(told, sort_keys=True, default=repr).encode()).hexdigest()[:12]


@dataclass(frozen=True)
class Comparison:
    """A run beside its repetition: the difference of each number (new minus recorded), and whether all are zero."""

    same: bool
    differences: Mapping[str, float]


@dataclass(frozen=True)
class Summary:
    """One number over several runs.

    standard_error  of the mean: standard deviation / square root of the number of runs
    low, high       95% interval of the mean (Student's t, so that few runs get the wide interval they deserve)
    """

    runs: int
    mean: float
    standard_deviation: float
    standard_error: float
    low: float
    high: float


def _call(model: Model, settings: Mapping[str, Any], seed: int | None) -> dict[str, float]:
    chance = {} if seed is None else {"rng": np.random.default_rng(seed)}
    return {name: float(value) for name, value in model(**settings, **chance).items()}


def record(model: Model, settings: Mapping[str, Any], seed: int | None = None) -> Record:
    """Run the model once and keep all that is needed to run it again.

    model     function of its settings by name (and rng, where a seed is given) that returns numbers by name
    settings  what it is called with
    seed      whole number for a model with chance; None for one without
    """
    return Record(getattr(model, "__name__", "model"), dict(settings), seed, _call(model, settings, seed))


def replay(kept: Record, model: Model) -> Comparison:
    """Run the model again as recorded.

    raises  ShapeError when it gives other numbers by name than before
    """
    again = _call(model, kept.settings, kept.seed)
    if set(again) != set(kept.results):
        raise ShapeError(
            f"The model now gives {sorted(again)}, the record has {sorted(kept.results)}. Was it the same model?"
        )
    differences = {name: again[name] - kept.results[name] for name in kept.results}
    return Comparison(not any(differences.values()), differences)


def repeat(model: Model, settings: Mapping[str, Any], seeds: Iterable[int]) -> dict[str, Summary]:
    """Run the model once for each seed and sum up each of its numbers.

    seeds   at least two different whole numbers
    raises  OutOfRange for fewer, or for a seed given twice: the same seed is the same run, not a new one
    """
    numbers = list(seeds)
    if len(numbers) < 2 or len(set(numbers)) < len(numbers):
        raise OutOfRange(f"Seeds came as {numbers[:6]}. Give at least two, each once: one seed is one run.")
    runs = [_call(model, settings, seed) for seed in numbers]
    return {name: sum_up([run[name] for run in runs]) for name in runs[0]}


def sum_up(values: Sequence[float]) -> Summary:
    """Mean of two or more runs with its 95% interval.

    raises  OutOfRange for fewer than two: one run says nothing about its own error
    """
    if len(values) < 2:
        raise OutOfRange(f"{len(values)} runs came. Give at least two: one run says nothing about its own error.")
    mean, deviation = float(np.mean(values)), float(np.std(values, ddof=1))
    error = deviation / math.sqrt(len(values))
    half = t_point(len(values) - 1) * error
    return Summary(len(values), mean, deviation, error, mean - half, mean + half)


def t_point(freedom: int) -> float:
    """97.5% point of Student's t: exact for 1 and 2 degrees of freedom, else a series good to 0.01.

    freedom  number of runs minus 1, 1 or more
    source   Cornish-Fisher series in powers of 1 / freedom; the tests compare it with printed tables
    """
    if freedom == 1:
        return math.tan(math.pi * 0.475)
    if freedom == 2:
        return 0.95 * math.sqrt(2 / (4 * 0.975 * 0.025))
    z = Z95
    terms = (
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
        (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92160,
    )
    return z + sum(term / freedom ** (power + 1) for power, term in enumerate(terms))
