"""The run explorer: how many runs are enough to say something about a small difference?"""

from __future__ import annotations

from functools import cache

import numpy as np

from tipcourse.brief import sum_up
from tipcourse.figures.brief import many_runs, many_runs_svg
from tipcourse.hukou import HYPOTHETICAL, expected_share, simulate
from tipcourse.widgets.base import Live, choice, live, slider

MOST_RUNS = 100
CROWDS = [("500 workers in each run", 500), ("2,000 workers in each run", 2000), ("8,000 workers in each run", 8000)]


@cache
def _shares(workers: int) -> tuple[float, ...]:
    """Share of working years in abusive jobs, 0-1, for seeds 0, 1, ...; parameters are hypothetical."""
    runs = (simulate(HYPOTHETICAL, workers, np.random.default_rng(seed)) for seed in range(MOST_RUNS))
    return tuple(run.mean_share for run in runs)


def run_explorer() -> Live:
    """A slider over the number of runs and a choice of crowd; the band shows what their mean can tell."""
    truth = expected_share(HYPOTHETICAL)
    shares = {workers: _shares(workers) for _, workers in CROWDS}  # all now, so that no first choice has to wait
    widest = shares[CROWDS[0][1]]

    def picture(runs: int, workers: int) -> str:
        return many_runs_svg(shares[workers], runs, truth, min(widest), max(widest))

    def readout(runs: int, workers: int) -> str:
        told = sum_up(shares[workers][:runs])
        too_few = " No share lies below 0%: so few runs say almost nothing." if told.low < 0 else ""
        return (
            f"{runs} runs of {workers:,} hypothetical workers: {told.mean:.2%} of working years in abusive jobs, 95% "
            f"interval {told.low:.2%} to {told.high:.2%}.{too_few} The exact answer, by a formula, is {truth:.2%}."
        )

    controls = {"runs": slider("Number of runs", 2, MOST_RUNS, 5), "workers": choice("Size of a run", CROWDS, 2000)}
    still = many_runs(shares[2000][:30], truth, "share of working years in abusive jobs (hypothetical)")
    return live(picture, controls, readout, static=still)
