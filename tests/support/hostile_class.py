"""A class of hostile and odd submissions, laid out as a course, for tests of the grader's walls.

Run as a program it grades such a class as an unprivileged user and prints the rows as JSON:

    python hostile_class.py FOLDER bubblewrap|kernel|landlock NAME…
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import nbformat
import yaml
from plain import check, code, hand_in, notebook, solution, write_course

ROOT = Path(__file__).resolve().parent.parent.parent
NOBODY = 65534

CASES: list[dict[str, Any]] = yaml.safe_load((ROOT / "tests" / "hostile" / "cases.yaml").read_text(encoding="utf-8"))
ANSWERS = {
    "answer": "def double(x):\n    return 2 * x",
    "total": "total = table['n'].sum()",
    "words": "words = ['a', 'b']",
}
HIDDEN = "CANARY-HIDDEN"


def source_notebook() -> nbformat.NotebookNode:
    return notebook(
        code("import numpy as np\nimport pandas as pd\ntable = pd.read_csv('numbers.csv')"),
        solution("double", ANSWERS["answer"]),
        check(
            "double-check",
            2,
            f"assert double(2) == 4\n### BEGIN HIDDEN TESTS\nassert double(21) == 42, '{HIDDEN}'\n### END HIDDEN TESTS",
        ),
        solution("total", ANSWERS["total"]),
        check("total-check", 3, "assert np.allclose(total, pd.read_csv('numbers.csv')['n'].sum())"),
        solution("words", ANSWERS["words"]),
        check("words-check", 1, "assert words == ['a', 'b']"),
    )


def submission(case: dict[str, Any], root: Path) -> nbformat.NotebookNode:
    places = {"root": str(root), "home": os.environ["HOME"]}
    nb = notebook(
        code("import numpy as np\nimport pandas as pd\ntable = pd.read_csv('numbers.csv')"),
        solution("double", case.get("answer", ANSWERS["answer"]), marked=False),
        check("double-check", 2, "assert double(2) == 4"),
        solution("total", case.get("total", ANSWERS["total"]), marked=False),
        check("total-check", 3, "assert np.allclose(total, pd.read_csv('numbers.csv')['n'].sum())"),
        solution("words", case.get("words", ANSWERS["words"]), marked=False),
        check("words-check", 1, "assert words == ['a', 'b']"),
    )
    if "first" in case:
        nb.cells.insert(0, code(case["first"]))
    if "last" in case:
        nb.cells.append(code(case["last"]))
    for cell in nb.cells:
        if "{root}" in cell.source or "{home}" in cell.source or "{{" in cell.source:
            cell.source = cell.source.format(**places)
    return nb


def lay_out(root: Path, cases: list[dict[str, Any]]) -> None:
    """The course with one honest student and one for each case."""
    write_course(root, "hostile", source_notebook(), timeout_seconds=2, files={"numbers.csv": "n\n10\n20\n30\n"})
    honest = submission({}, root)
    honest.cells.append(code("# CANARY-CLASSMATE"))
    hand_in(root, "honest", "hostile", honest)
    for number, case in enumerate(cases):
        hand_in(root, f"case-{number:03}", "hostile", submission(case, root))


def become_nobody(keep: list[str]) -> bool:
    """Give up root for good, so that the Python environment can still be read; False where root may not mount."""
    from coursekit import sandbox
    from coursekit.sandbox import kernel

    try:
        kernel.unshare(kernel.CLONE_NEWNS)
        kernel.mount_private()
        for place in sandbox.closed_above(keep):  # such as /root: seen by nobody else
            kernel.cover(place, keep)
    except OSError:
        return False
    os.setgroups([])
    os.setresgid(NOBODY, NOBODY, NOBODY)
    os.setresuid(NOBODY, NOBODY, NOBODY)
    return True


def main(folder: str, walls: str, *names: str) -> None:
    """Grade these cases as nobody where this process is root, else as the user that it is."""
    from coursekit import sandbox
    from coursekit.course import Course
    from coursekit.jobs import grade

    cases = [case for case in CASES if case["name"] in names]
    place = Path(folder)
    if os.getuid() == 0:
        os.chown(place, NOBODY, NOBODY)
        kept = [*sandbox.python_places(), str(ROOT), str(place)]
        if not become_nobody(kept):
            print("still root: this machine lets root mount nothing", file=sys.stderr)
    home = place / "home"
    home.mkdir()
    (home / "secret.txt").write_text("CANARY-HOME")
    (place / "tmp").mkdir()
    os.environ |= {"HOME": str(home), "TMPDIR": str(place / "tmp"), "MPLCONFIGDIR": str(home)}
    if walls != "bubblewrap":
        os.environ["COURSEKIT_NO_BUBBLEWRAP"] = "1"
    if walls == "landlock":
        os.environ["COURSEKIT_NO_NAMESPACES"] = "1"
    os.chdir("/")
    lay_out(place / "course", cases)
    run = grade(Course(place / "course"), "hostile", workers=2)
    print(json.dumps({"uid": os.getuid(), "walls": run.walls, "rows": {r["student"]: r for r in run.submissions}}))


if __name__ == "__main__":
    main(*sys.argv[1:])
