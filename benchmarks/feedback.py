"""How much faster are feedback pages than nbgrader's own?

    uv run python benchmarks/feedback.py [--students 50] [--assignment 3-tiers | --plain]

Builds a class in a temporary folder, grades it once, copies it, and times `nbgrader generate_feedback` and
`course feedback` as whole commands on the two copies in the same run. Prints seconds and the ratio. Ends with 1 where the target is missed.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from pathlib import Path

from commands import COURSE, run
from grading import STOCK_MAX, build, ours

TARGET = 5  # times faster


def pages(root: Path) -> int:
    """Feedback pages in a class folder."""
    return sum(1 for folder in ("feedback", "grading/feedback") for _ in (root / folder).rglob("*.html"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--students", type=int, default=50)
    parser.add_argument("--assignment", default="3-tiers")
    parser.add_argument("--plain", action="store_true", help="a small assignment made for this, not one of the course")
    args = parser.parse_args()
    if not 1 <= args.students <= STOCK_MAX:
        parser.error(f"nbgrader itself is run for 1 to {STOCK_MAX} submissions, not {args.students}")
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    with tempfile.TemporaryDirectory() as folder:
        mine, theirs = Path(folder) / "ours", Path(folder) / "stock"
        assignment = build(args, mine, args.students)
        ours(mine, assignment, os.cpu_count() or 1)
        shutil.copytree(mine, theirs, symlinks=True)
        stock_seconds = run([sys.executable, "-m", "nbgrader", "generate_feedback", assignment], theirs)[0]
        seconds = run([COURSE, "feedback", assignment, "--course-dir", str(mine)], mine)[0]
        made = pages(theirs), pages(mine)
        ratio = stock_seconds / seconds
        print(f"submissions                 {args.students}; pages: nbgrader {made[0]}, ours {made[1]}")
        print(f"nbgrader generate_feedback  {stock_seconds:8.1f} s   {stock_seconds / args.students:.3f} s each")
        print(f"course feedback             {seconds:8.1f} s   {seconds / args.students:.3f} s each")
        print(f"times faster                {ratio:8.1f}   (target {TARGET}: {'met' if ratio >= TARGET else 'MISSED'})")
        print(f"load of the machine         {os.getloadavg()[0]:8.1f}")
        if made != (args.students, args.students):
            raise SystemExit("Not every submission got a page.")
        sys.exit(0 if ratio >= TARGET else 1)


if __name__ == "__main__":
    main()
