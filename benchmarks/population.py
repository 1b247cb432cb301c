"""How fast are ten thousand projections in one call, beside a plain loop over ages and lists?

    python benchmarks/population.py [scenarios]

Prints the time of both in the same run (the library's call warm, median of 9; the loop over a tenth of the scenarios,
times ten), their ratio, the largest difference between their results, and the memory that the call takes. Time is the
processor's for this program, not the clock's on the wall: a busy machine makes both ways slower, not one of them. Ends
with 1 where the ratio misses the target.
"""

from __future__ import annotations

import statistics
import sys
import time
import tracemalloc
from typing import Any

import numpy as np

from tipcourse.population import Rates, china, project, random_paths

Lists = list[Any]
TARGET = 50  # times faster


def plain_loop(rates: Rates, factors: list[list[float]], boys_per_100_girls: list[list[float]]) -> Lists:
    """The same projection with lists: people[scenario][year][sex][age], thousand persons."""
    start, alive = rates.start_thousand.tolist(), rates.alive_share.tolist()
    movers, fertility = rates.movers_thousand.tolist(), rates.births_per_woman.tolist()
    scenarios = []
    for factor, ratio in zip(factors, boys_per_100_girls, strict=True):
        now, path = start, [start]
        for period in range(len(factor)):
            settled = [[n + m / 2 for n, m in zip(now[s], movers[period][s], strict=True)] for s in (0, 1)]
            older = []
            for sex in (0, 1):
                share, group = alive[period][sex], [0.0]
                for age in range(1, 21):
                    group.append(settled[sex][age - 1] * share[age])
                group[20] += settled[sex][20] * share[20]
                older.append([n + m / 2 for n, m in zip(group, movers[period][sex], strict=True)])
            children = 0.0
            for age in range(7):
                children += 2.5 * fertility[period][age] * (now[0][age + 3] + older[0][age + 3])
            children *= factor[period]
            girls = children * 100 / (100 + ratio[period])
            older[0][0] += girls * alive[period][0][0]
            older[1][0] += (children - girls) * alive[period][1][0]
            path.append(older)
            now = older
        scenarios.append(path)
    return scenarios


def measure(scenarios: int = 10_000) -> dict[str, float]:
    """Processor seconds of both ways, their ratio, largest difference (thousand persons) and memory of the call (MB)."""
    rates = china()
    paths = random_paths(rates, scenarios, np.random.default_rng(1980))
    some = max(scenarios // 10, 1)
    factors, ratios = paths.fertility_factor[:some].tolist(), paths.boys_per_100_girls[:some].tolist()
    began = time.process_time()
    lists = plain_loop(rates, factors, ratios)
    loop_seconds = (time.process_time() - began) * scenarios / some
    one_call = project(rates, paths)
    largest = float(np.abs(np.array(lists) - one_call.people[:some]).max())
    del lists
    times = []
    for _ in range(9):
        began = time.process_time()
        one_call = project(rates, paths)
        times.append(time.process_time() - began)
    call_seconds = statistics.median(times)
    tracemalloc.start()
    one_call = project(rates, paths)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return {
        "loop_seconds": loop_seconds,
        "call_seconds": call_seconds,
        "ratio": loop_seconds / call_seconds,
        "largest_difference_thousand": largest,
        "result_mb": one_call.people.nbytes / 1e6,
        "peak_mb": peak / 1e6,
    }


if __name__ == "__main__":
    found = measure(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
    for name, value in found.items():
        print(f"{name:28} {value:.6g}")
    met = found["ratio"] >= TARGET
    print(f"target {TARGET}: {'met' if met else 'MISSED'}")
    sys.exit(0 if met else 1)
