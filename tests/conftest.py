"""What every test may rely on."""

from __future__ import annotations

import os
from pathlib import Path

import matplotlib
from hypothesis import settings

# The same examples on every machine, and no time limit that a busy machine could miss.
settings.register_profile("course", derandomize=True, deadline=None)
settings.load_profile("course")

matplotlib.use("Agg")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

ROOT = Path(__file__).resolve().parent.parent
