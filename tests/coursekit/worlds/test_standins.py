"""What a check does with a thing of the student's own class, or with an error, it can do apart from their code."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from plain import check, hand_in, notebook, solution, write_course

from coursekit.course import Course
from coursekit.jobs import grade

STEPS = """class Steps:
    def __init__(self, last): self.at, self.last = 0, last
    def __iter__(self): return self
    def __next__(self):
        self.at += 1
        if self.at > self.last: raise StopIteration
        return self.at
"""
# name: the key's answer, the check, another right answer
HONEST = {
    "iterator": ("def make():\n    yield 1\n    yield 2", "assert list(make()) == [1, 2]", STEPS + "def make(): return Steps(2)"),
    "next": (
        "def count():\n    yield 1\n    yield 2",
        "it = count()\nassert next(it) == 1 and next(it) == 2 and next(it, None) is None",
        STEPS + "def count(): return Steps(2)",
    ),
    "keys": (
        "bag = [1, 2]",
        "assert [x for x in bag] == [1, 2] and 2 in bag",
        "class Bag:\n    def __iter__(self): return iter({1: 'a', 2: 'b'})\nbag = Bag()",
    ),
    "number": (
        "half = 0.5",
        "import math\nassert math.isclose(float(half), 0.5) and int(half) == 0",
        "class Half:\n    def __float__(self): return 0.5\n    def __int__(self): return 0\nhalf = Half()",
    ),
    "missing file": (
        "def read():\n    return open('no-such.csv').read()",
        "try:\n    read()\nexcept FileNotFoundError as e:\n    assert e.errno == 2 and e.filename in str(e)\nelse:\n    assert False",
        "def read():\n    with open('no-such.csv') as file:\n        return file.read()",
    ),
    "wrong text": (
        "def text(data):\n    return data.decode()",
        "try:\n    text(b'\\xff')\nexcept UnicodeDecodeError as e:\n    assert 'utf' in str(e) and e.start == 0\nelse:\n    assert False",
        "def text(data):\n    return str(data, 'utf-8')",
    ),
    "own error": (
        "class Refused(OSError): pass\ndef pay():\n    raise Refused(2, 'no')",
        "try:\n    pay()\nexcept Refused as e:\n    assert e.args == (2, 'no')\nelse:\n    assert False",
        "class Refused(OSError): pass\ndef pay():\n    raise Refused(2, 'no')",
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    def answered(which: int, marked: bool) -> Any:
        cells = []
        for number, case in enumerate(HONEST.values()):
            cells += [solution(f"q{number}", case[which], marked), check(f"q{number}-check", 1, case[1])]
        return notebook(*cells)

    root: Path = write_course(tmp_path_factory.mktemp("standins"), "one", answered(0, marked=True))
    for student, which in (("key", 0), ("other", 2)):
        hand_in(root, student, "one", answered(which, marked=False))
    return {row["student"]: row for row in grade(Course(root), "one", workers=2).submissions}


@pytest.mark.parametrize("student", ["key", "other"])
@pytest.mark.parametrize("number", range(len(HONEST)), ids=list(HONEST))
def test_a_right_answer_of_another_kind_is_right(rows: dict[str, dict[str, Any]], student: str, number: int) -> None:
    cell = rows[student]["cells"][f"q{number}-check"]
    assert (cell["state"], cell["world"]) == ("right", "reference"), cell
    assert (rows[student]["status"], rows[student]["reasons"]) == ("graded", [])
