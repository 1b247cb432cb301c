"""The benchmark of grading runs, compares every point, and says by its exit status whether its targets are met.

How fast it is, is not tested here: a class of eight on a busy machine says nothing about that.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def benchmark(*words: str) -> tuple[int, str]:
    call = [sys.executable, str(ROOT / "benchmarks" / "grading.py"), *words]
    done = subprocess.run(call, capture_output=True, text=True, timeout=1500)
    return done.returncode, done.stdout + done.stderr


def test_a_small_class_gets_the_same_points_from_both() -> None:
    status, said = benchmark("--plain", "--students", "8")
    assert "cells compared         40, different 0 []" in said, said
    assert (status == 1) == ("MISSED" in said) and status in (0, 1)
    ours_mb, stock_mb = map(int, re.search(r"largest process +(\d+) MB; nbgrader's (\d+) MB", said).groups())
    assert 20 < ours_mb < 2000 and 20 < stock_mb < 2000  # each its own


def test_nbgrader_is_not_asked_for_a_large_class() -> None:
    status, said = benchmark("--plain", "--students", "201")
    assert status == 2 and "at most" not in said and "nbgrader itself is run for 1 to 200 submissions" in said


def test_the_memory_of_a_command_is_its_own() -> None:
    """Not that of a larger one before it, and with that of what it starts."""
    program = (
        "import sys; from pathlib import Path; from commands import run\n"
        "hold = 'x = bytearray({}); import time; time.sleep(1)'\n"
        "child = f'import subprocess, sys; subprocess.run([sys.executable, \"-c\", {hold.format(200_000_000)!r}])'\n"
        "for code in (child, hold.format(1000)):\n"
        "    print(run([sys.executable, '-c', code], Path())[1])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT / "benchmarks", capture_output=True, text=True, check=True
    )
    large_mb, small_mb = map(float, done.stdout.split())
    assert large_mb > 190
    assert small_mb < 100
