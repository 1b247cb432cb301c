"""How much faster than nbgrader's own autograde, with the same points?

    uv run python benchmarks/grading.py [--students 200] [--assignment 3-tiers | --plain] [--sizes 20,200,2000]

Builds a class in a temporary folder (right, wrong, untouched and known-wrong answers in turn), grades it with
`nbgrader autograde` and with `course grade` as whole commands in the same run, checks that every cell has equal points,
and prints the ratio, seconds for each submission, peak memory of both and the floor: a bare fork of a warm interpreter
that runs the same cells. --sizes grades classes of several sizes with ours alone, to see whether time is linear and memory
flat. Ends with 1 where points differ or a target is missed; the targets are meant for 200 submissions on a quiet machine.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from commands import COURSE, run

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests" / "support"))

STOCK_MAX = 200
TIMES_FASTER, TIMES_THE_FLOOR = 15, 2
FLAT = 1.25  # the largest beside the smallest
Grades = dict[tuple[str, str, str], float | None]


def plain_source() -> Any:
    """An assignment that imports numpy, pandas and matplotlib and draws one figure."""
    from plain import check, code, notebook, solution, written

    hidden = "### BEGIN HIDDEN TESTS\nassert growth([1, 3]) == [2]\n### END HIDDEN TESTS"
    return notebook(
        code("import numpy as np\nimport pandas as pd\nimport matplotlib.pyplot as plt"),
        code("table = pd.DataFrame({'year': range(2001, 2026), 'n': np.arange(25) ** 2})"),
        solution("growth", "def growth(values):\n    return [b - a for a, b in zip(values, values[1:])]"),
        check("growth-check", 3, f"assert growth([1, 2, 4]) == [1, 2]\n{hidden}"),
        solution("mean", "mean = table['n'].mean()"),
        check("mean-check", 2, "assert np.isclose(mean, 196)"),
        solution("big", "big = table[table['n'] > 100]"),
        check("big-check", 2, "assert len(big) == 14\nassert list(big.columns) == ['year', 'n']"),
        solution("draw", "fig, ax = plt.subplots()\nax.plot(table['year'], table['n'])\nax.set_title('Squares')"),
        check("draw-check", 3, "assert ax.get_title()\nassert len(ax.lines) == 1"),
        written("why", 4, "Because."),
    )


WRONG = {
    "growth": "def growth(values):\n    return values",
    "mean": "mean = 0",
    "big": "big = table",
    "draw": "ax = None",
}
STUB = "# YOUR CODE HERE\nraise NotImplementedError()"


def build_plain(root: Path, students: int) -> str:
    from plain import hand_in, write_course

    source = plain_source()
    write_course(root, "bench", source, timeout_seconds=30, config="c.OverwriteCells.add_missing_cells = True")
    for number in range(students):
        nb = plain_source()
        for position, cell in enumerate(nb.cells):
            facts = cell.metadata.get("nbgrader", {})
            if facts.get("solution") and cell.cell_type == "code":
                right = "\n".join(line for line in cell.source.split("\n") if "SOLUTION" not in line)
                kind = (number + position) % 4 if number % 3 else number % 4
                wrong = WRONG[facts["grade_id"]]
                cell.source = (right, right, wrong, STUB)[kind]
            elif "HIDDEN" in cell.source:
                cell.source = cell.source.split("\n### BEGIN")[0]
        hand_in(root, f"student-{number:04}", "bench", nb)
    return "bench"


def build_from_course(root: Path, assignment: str, students: int) -> str:
    """A class of one of this course's own units, with the answers that its exercises.yaml lists."""
    import nbformat
    import yaml

    shutil.copytree(ROOT / "solutions" / assignment, root / "solutions" / assignment)
    shutil.copy(ROOT / "nbgrader_config.py", root)
    for name in ("seeds",):
        (root / name).symlink_to(ROOT / name)
    released = nbformat.read(ROOT / "assignments" / assignment / f"{assignment}.ipynb", 4)
    solved = nbformat.read(ROOT / "solutions" / assignment / f"{assignment}.ipynb", 4)
    exercises = yaml.safe_load((ROOT / "manuscript/assignments" / assignment / "exercises.yaml").read_text("utf-8"))
    answers = {
        cell.metadata.nbgrader.grade_id: cell.source
        for cell in solved.cells
        if cell.metadata.get("nbgrader", {}).get("solution")
    }
    for number in range(students):
        nb = json.loads(nbformat.writes(released))
        for position, cell in enumerate(nb["cells"]):
            grade_id = cell["metadata"].get("nbgrader", {}).get("grade_id")
            if grade_id in answers and cell["cell_type"] == "code":
                wrong = (exercises.get(grade_id) or {}).get("known_wrong") or []
                kind = (number + position) % 4
                if kind in (0, 1):
                    cell["source"] = answers[grade_id]
                elif kind == 2 and wrong:
                    cell["source"] = wrong[number % len(wrong)]["answer"]
        folder = root / "grading/submitted" / f"student-{number:04}" / assignment
        folder.mkdir(parents=True)
        (folder / f"{assignment}.ipynb").write_text(json.dumps(nb), encoding="utf-8")
    return assignment


def ours(root: Path, assignment: str, workers: int) -> tuple[float, float]:
    return run([COURSE, "grade", assignment, "--workers", str(workers), "--course-dir", str(root)], root)


def grades(root: Path, assignment: str) -> Grades:
    from coursekit.course import Course
    from coursekit.gradebook import open_book

    with open_book(Course(root)) as book:
        return {
            (s.student_id, nb.name, g.name): g.auto_score
            for s in book.assignment_submissions(assignment)
            for nb in s.notebooks
            for g in nb.grades
        }


def floor_seconds(root: Path, assignment: str, source: Path) -> float:
    """A warm interpreter forked for each submission that runs its cells and nothing else, one after another."""
    from coursekit.worlds.shell import run_cell
    from coursekit.worlds.warm import warm_up

    os.environ["MPLBACKEND"] = "module://matplotlib_inline.backend_inline"
    nb = json.loads(next(source.glob("*.ipynb")).read_text("utf-8"))
    sources = ["".join(c["source"]) for c in nb["cells"] if c["cell_type"] == "code"]
    shell = warm_up([line for text in sources for line in text.split("\n") if line.startswith(("import ", "from "))])
    rounds = 20
    started = time.monotonic()
    for _ in range(rounds):
        child = os.fork()
        if child == 0:
            for text in sources:
                run_cell(shell, text)
            os._exit(0)
        os.waitpid(child, 0)
    return (time.monotonic() - started) / rounds


def told(name: str, value: float, target: float, met: bool) -> bool:
    """Say a figure beside its target; whether it is met."""
    print(f"{name:23}{value:9.2f}   (target {target:g}: {'met' if met else 'MISSED'})")
    return met


def compare(args: argparse.Namespace) -> bool:
    """Both ways on copies of one class; whether every target is met. SystemExit where points differ."""
    with tempfile.TemporaryDirectory() as folder:
        theirs, mine = Path(folder) / "stock", Path(folder) / "ours"
        assignment = build(args, theirs, args.students)
        shutil.copytree(theirs, mine, symlinks=True)
        call = [sys.executable, "-m", "nbgrader"]
        run([*call, "generate_assignment", assignment, "--force"], theirs)  # not counted: ours registers by itself
        stock_seconds, stock_mb = run([*call, "autograde", assignment], theirs)
        seconds, memory_mb = ours(mine, assignment, args.workers)
        expected, found = grades(theirs, assignment), grades(mine, assignment)
        different = [key for key, value in expected.items() if found.get(key) != value]
        source = mine / ("source" if args.plain else "solutions") / assignment
        floor = floor_seconds(mine, assignment, source) / min(args.workers, os.cpu_count() or 1)
    each = seconds / args.students
    print(f"submissions            {args.students}")
    print(f"cells compared         {len(expected)}, different {len(different)} {different[:5]}")
    print(f"nbgrader autograde     {stock_seconds:9.2f} s   {stock_seconds / args.students:.3f} s each")
    print(f"course grade           {seconds:9.2f} s   {each:.3f} s each, {args.workers} workers")
    print(f"floor                  {floor:9.3f} s each")
    print(f"largest process        {memory_mb:9.0f} MB; nbgrader's {stock_mb:.0f} MB")
    print(f"load of the machine    {os.getloadavg()[0]:9.1f}")
    if different or not expected:
        raise SystemExit("The points differ.")
    fast = told("times faster", stock_seconds / seconds, TIMES_FASTER, stock_seconds / seconds >= TIMES_FASTER)
    return told("times the floor", each / floor, TIMES_THE_FLOOR, each / floor <= TIMES_THE_FLOOR) and fast


def build(args: argparse.Namespace, root: Path, students: int) -> str:
    root.mkdir()
    return build_plain(root, students) if args.plain else build_from_course(root, args.assignment, students)


def sizes(args: argparse.Namespace) -> bool:
    """Ours alone by size of the class; whether memory is flat and time no more than linear."""
    print("submissions   seconds   each    largest process")
    each, memory = [], []
    for students in map(int, args.sizes.split(",")):
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder) / "class"
            assignment = build(args, root, students)
            seconds, memory_mb = ours(root, assignment, args.workers)
            print(f"{students:11}   {seconds:7.1f}   {seconds / students:.3f}   {memory_mb:.0f} MB", flush=True)
            each.append(seconds / students)
            memory.append(memory_mb)
    print(f"load of the machine    {os.getloadavg()[0]:9.1f}")
    growth, slower = max(memory) / min(memory), each[-1] / each[max(0, len(each) - 2)]
    flat = told("memory, times", growth, FLAT, growth <= FLAT)
    return told("seconds each, times", slower, FLAT, slower <= FLAT) and flat


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--students", type=int, default=200)
    parser.add_argument("--assignment", default="3-tiers")
    parser.add_argument("--plain", action="store_true", help="a small assignment made for this, not one of the course")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--sizes", default="", help="grade classes of these sizes with ours alone, e.g. 20,200,2000")
    args = parser.parse_args()
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    if not args.sizes and not 1 <= args.students <= STOCK_MAX:
        parser.error(f"nbgrader itself is run for 1 to {STOCK_MAX} submissions; use --sizes for larger classes")
    sys.exit(0 if (sizes if args.sizes else compare)(args) else 1)


if __name__ == "__main__":
    main()
