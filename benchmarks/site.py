"""How long does the web edition take to build, and how heavy is it?

    python benchmarks/site.py

Starts the command as an author does, with an empty HOME, and says how much processor time it took.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from pathlib import Path

from commands import COURSE

ROOT = Path(__file__).resolve().parents[1]


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        out, home = Path(folder, "site"), Path(folder, "home")
        home.mkdir()
        command = [COURSE, "site", "--out", str(out)]
        before, start = os.times(), time.perf_counter()
        subprocess.run(command, cwd=ROOT, env={**os.environ, "HOME": str(home)}, check=True, capture_output=True)
        seconds, after = time.perf_counter() - start, os.times()
        busy = after.children_user + after.children_system - before.children_user - before.children_system
        pages = sorted(out.rglob("*.html"), key=lambda page: page.stat().st_size)
        total = sum(path.stat().st_size for path in out.rglob("*") if path.is_file())
        print(f"course site: {seconds:.0f} s, {busy:.0f} s of processor time, load {os.getloadavg()[0]:.1f} at the end")
        print(f"{len(pages)} pages, {total / 1e6:.1f} MB with figures and notebooks")
        print(
            f"heaviest page: {pages[-1].relative_to(out)}, {pages[-1].stat().st_size / 1000:.0f} kB without its figures"
        )


if __name__ == "__main__":
    main()
