"""How long does a million workers over 40 years take, how much memory, and does it agree with the formula?

    python benchmarks/hukou.py

Prints the median of five warm runs, the most memory that NumPy and Python held during one run, and the result beside
the closed form. Beside it, the same step in a plain Python loop, timed on a thousandth of the workers.
"""

from __future__ import annotations

import random
import statistics
import time
import tracemalloc

import numpy as np

from tipcourse.hukou import HYPOTHETICAL, expected_share, simulate
from tipcourse.hukou.silence import yearly_chances

WORKERS, YEARS = 1_000_000, 40


def seconds(call) -> float:
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def plain_loop(workers: int) -> None:
    """One worker and one year at a time."""
    draw = random.Random(1).random
    chances = {registered: yearly_chances(HYPOTHETICAL, registered) for registered in (True, False)}
    for _ in range(workers):
        enters, ends = chances[draw() >= HYPOTHETICAL.unregistered_share]
        in_abuse = False
        for _ in range(YEARS):
            in_abuse = draw() >= ends if in_abuse else draw() < enters


def main() -> None:
    simulate(HYPOTHETICAL, 1000, np.random.default_rng(0))
    times = [seconds(lambda s=s: simulate(HYPOTHETICAL, WORKERS, np.random.default_rng(s))) for s in range(5)]
    tracemalloc.start()
    run = simulate(HYPOTHETICAL, WORKERS, np.random.default_rng(2017))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    loop = seconds(lambda: plain_loop(WORKERS // 1000)) * 1000
    median = statistics.median(times)
    exact = expected_share(HYPOTHETICAL)
    print(f"{WORKERS:,} workers x {YEARS} years: median {median:.3f} s of 5 runs ({min(times):.3f}-{max(times):.3f})")
    print(
        f"peak memory {peak / 1e6:.0f} MB; plain Python loop {loop:.1f} s (scaled from a thousandth): {loop / median:.0f} x"
    )
    print(
        f"share of working years in abusive jobs: {run.mean_share:.5f} +- {run.mean_error:.5f}; closed form {exact:.5f}"
    )
    print(f"difference: {(run.mean_share - exact) / run.mean_error:+.2f} standard errors")


if __name__ == "__main__":
    main()
