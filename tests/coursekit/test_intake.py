"""Whatever is handed in gets a row, and the rest of the class is graded."""

from __future__ import annotations

import json
import os
import zipfile
from pathlib import Path
from typing import Any

import nbformat
import pytest
from plain import hand_in, write_course
from spoiled import as_bytes, changed, put, right, source

from coursekit import intake
from coursekit.course import Course
from coursekit.jobs import grade


def _old_format(nb: Any) -> Any:
    return json.loads(nbformat.writes(nbformat.convert(nbformat.from_dict(nb), 3), version=3))


def _old_metadata(nb: Any) -> None:
    for cell in nb["cells"]:
        if "nbgrader" in cell["metadata"]:
            cell["metadata"]["nbgrader"]["schema_version"] = 1


def _noisy(nb: Any) -> None:
    nb["cells"][1]["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "x" * 20_000_000}]


# name: what is handed in, score of 5, status
CASES: dict[str, tuple[bytes, float, str]] = {
    "right": (changed(lambda nb: None), 5, "graded"),
    "empty file": (b"", 0, "failed"),
    "not json": (b"%PDF-1.7 ...", 0, "failed"),
    "half a file": (changed(lambda nb: None)[:500], 0, "failed"),
    "json but no notebook": (b'{"a": 1}', 0, "failed"),
    "a list": (b"[]", 0, "failed"),
    "very deep json": (b"[" * 100_000, 0, "failed"),
    "byte-order mark": (b"\xef\xbb\xbf" + changed(lambda nb: None), 5, "repaired"),
    "utf-16": (changed(lambda nb: None).decode().encode("utf-16"), 5, "repaired"),
    "windows letters": (changed(lambda nb: put(nb, "why", source="caf\u00e9")).decode().replace("\\u00e9", "\u00e9").encode("cp1252"),
                        5, "repaired"),
    "old format": (changed(_old_format), 5, "repaired"),
    "old nbgrader metadata": (changed(_old_metadata), 5, "graded"),
    "another kernel": (changed(lambda nb: nb["metadata"].update(kernelspec={"name": "ir", "language": "R"})), 5, "graded"),
    "no metadata": (changed(lambda nb: nb.update(metadata=None)), 5, "graded"),
    "much output": (changed(_noisy), 5, "graded"),
    "older than nbformat 3": (as_bytes({"nbformat": 2, "worksheets": [{"cells": [{"cell_type": "code", "language": "python",
                              "input": "import math\nroot = math.sqrt(16)\ndef double(x):\n    return 2 * x", "outputs": []}]}],
                              "metadata": {"name": ""}}), 5, "repaired"),
    "newer than nbformat 4": (changed(lambda nb: nb.update(nbformat=5, nbformat_minor=99)), 5, "graded"),
    "number of a thousand digits": (b'{"cells": ' + b"9" * 10_000 + b"}", 0, "failed"),
    "nul bytes only": (b"\0" * 1000, 0, "failed"),
    "metadata is a list": (changed(lambda nb: put(nb, "double", metadata=[])), 5, "repaired"),
    "sources as lists": (changed(lambda nb: [c.update(source=c["source"].splitlines(True)) for c in nb["cells"]] and None), 5,
                         "graded"),
    "cells that are no cells": (changed(lambda nb: nb["cells"].extend([1, None, "x", {"cell_type": "odd", "source": 3}])), 5,
                                "graded"),
    "syntax error": (changed(lambda nb: put(nb, "double", source="def double(x:")), 3, "graded"),
    "nul bytes": (changed(lambda nb: put(nb, "double", source="x = '\\0'\0")), 3, "graded"),
    "lone surrogate": (changed(lambda nb: put(nb, "why", source="\ud800")), 5, "graded"),
}  # fmt: skip
ODD_NAMES = ["Ana Lima", "O'Brien", 'say "hi"', "王小明", "a.b.c", "x;y", "%41", "-rf", "王" * 80, "dots..", "Ana\u0308", "=1+1",
             "<b>bold", "CON", "line\nbreak"]  # fmt: skip


def _hand_in_large_and_odd_files(root: Path) -> None:
    right = CASES["right"][0]
    noisy = json.loads(right)
    noisy["cells"][1]["outputs"] = [{"output_type": "stream", "name": "stdout", "text": ["x" * 999 + "\n"] * 100_000}]
    hand_in(root, "output-100-mb", "one", json.dumps(noisy).encode())
    with open(hand_in(root, "file-50-mb", "one", right).with_name("photo.png"), "wb") as file:
        file.truncate(50 * 2**20)
    with open(hand_in(root, "file-of-holes", "one", right).with_name("holes.bin"), "wb") as file:
        file.truncate(2**40)  # a terabyte of nothing
    with zipfile.ZipFile(
        hand_in(root, "zip-bomb", "one", right).with_name("data.zip"), "w", zipfile.ZIP_DEFLATED
    ) as bomb:
        for number in range(20):
            bomb.writestr(f"zeros-{number}", bytes(50 * 2**20))
        bomb.writestr("../../../outside.txt", "x")
        bomb.writestr("/outside.txt", "x")
    many = hand_in(root, "many-links", "one", right).parent
    for number in range(300):
        (many / f"link-{number}").symlink_to("/etc/passwd")
    (hand_in(root, "link-folder", "one", right).parent / "data").symlink_to(root / "source")
    (hand_in(root, "link-to-itself", "one", right).parent / "loop").symlink_to(".")
    (root / "submitted/link-everything").mkdir()
    (root / "submitted/link-everything/one").symlink_to(root / "source/one")
    stamp = hand_in(root, "endless-time", "one", right).with_name("timestamp.txt")
    stamp.write_bytes(b"9" * 10_000_000)
    hand_in(root, "binary-time", "one", right).with_name("timestamp.txt").write_bytes(b"\xff\xfe\0\0")
    (hand_in(root, "folder-time", "one", right).with_name("timestamp.txt")).mkdir()
    hand_in(root, "odd-file-names", "one", right).with_name("\x1b[2Jclear.txt").write_text("x")
    with open(os.fsencode(root / "submitted/odd-file-names/one") + b"/caf\xe9.txt", "wb") as file:
        file.write(b"x")
    folder = os.fsencode(root) + b"/submitted/caf\xe9/one"
    os.makedirs(folder)
    with open(folder + b"/one.ipynb", "wb") as file:
        file.write(right)
    (root / "submitted/notebook-is-a-folder/one/one.ipynb").mkdir(parents=True)
    (root / "submitted/a-file-for-a-folder").mkdir()
    (root / "submitted/a-file-for-a-folder/one").write_bytes(right)


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    root = write_course(tmp_path_factory.mktemp("intake"), "one", source())
    for number, (data, _, _) in enumerate(CASES.values()):
        hand_in(root, f"case-{number}", "one", data)
    for name in ODD_NAMES:
        hand_in(root, name, "one", CASES["right"][0])
    hand_in(root, "other-name", "one", CASES["right"][0], "one (1).ipynb")
    hand_in(root, "quite-other-name", "one", CASES["right"][0], "Homework final.ipynb")
    (root / "submitted/nothing/one").mkdir(parents=True)
    hand_in(root, "several", "one", CASES["right"][0]).with_name("draft.ipynb").write_bytes(b"{}")
    hand_in(root, "bad-time", "one", CASES["right"][0]).with_name("timestamp.txt").write_text("yesterday-ish")
    secret = root / "secret.txt"
    secret.write_text("secret")
    hand_in(root, "links", "one", CASES["right"][0]).with_name("data.txt").symlink_to(secret)
    (root / "submitted/link-notebook/one").mkdir(parents=True)
    (root / "submitted/link-notebook/one/one.ipynb").symlink_to(root / "source/one/one.ipynb")
    _hand_in_large_and_odd_files(root)
    os.mkfifo(hand_in(root, "pipe", "one", CASES["right"][0]).with_name("pipe"))
    run = grade(Course(root), "one", workers=2)
    assert run.exit_status == 1
    return {row["student"]: row for row in run.submissions}


@pytest.mark.parametrize("number", range(len(CASES)), ids=list(CASES))
def test_every_state_of_a_notebook_gets_the_row_it_deserves(rows: dict[str, Any], number: int) -> None:
    _, score, status = list(CASES.values())[number]
    row = rows[f"case-{number}"]
    assert (row["score"], row["status"]) == (score, status), row
    assert row["reasons"] or status == "graded"


@pytest.mark.parametrize("name", ODD_NAMES)
def test_names_of_students_may_hold_anything(rows: dict[str, Any], name: str) -> None:
    assert rows[name]["score"] == 5


@pytest.mark.parametrize(
    ("student", "score", "status"),
    [
        ("other-name", 5, "repaired"),
        ("quite-other-name", 5, "repaired"),
        ("nothing", 0, "failed"),
        ("several", 5, "graded"),
        ("bad-time", 5, "repaired"),
        ("links", 5, "repaired"),
        ("link-notebook", 0, "failed"),
        ("pipe", 5, "repaired"),
        ("output-100-mb", 5, "graded"),
        ("file-50-mb", 5, "graded"),
        ("file-of-holes", 5, "repaired"),
        ("zip-bomb", 5, "graded"),
        ("many-links", 5, "repaired"),
        ("link-folder", 5, "repaired"),
        ("link-to-itself", 5, "repaired"),
        ("link-everything", 0, "failed"),
        ("endless-time", 5, "repaired"),
        ("binary-time", 5, "repaired"),
        ("folder-time", 5, "graded"),
        ("odd-file-names", 5, "graded"),
        ("caf\N{REPLACEMENT CHARACTER}", 0, "failed"),
        ("notebook-is-a-folder", 0, "failed"),
        ("a-file-for-a-folder", 0, "failed"),
    ],
)
def test_every_folder_gets_a_row(rows: dict[str, Any], student: str, score: float, status: str) -> None:
    assert (rows[student]["score"], rows[student]["status"]) == (score, status), rows[student]


def test_files_that_cannot_lie_beside_the_instructors_are_left_out_and_the_class_is_graded(tmp_path: Path) -> None:
    own = 'c.Autograde.exclude_overwriting = {"one": ["sub/own"]}'
    root = write_course(tmp_path, "one", source(), files={"table": "theirs"}, config=own)
    for name in ("deep/n.csv", "sub/own"):
        (root / "source/one" / name).parent.mkdir()
        (root / "source/one" / name).write_text("theirs")
    for student, name in {
        "in-a-file": "table/x.csv",
        "a-file-for-a-folder": "deep",
        "in-a-notebook": "one.ipynb/x.csv",
        "in-a-file-of-their-own": "sub/own/x.csv",
        "beside": "deep/x.csv",
    }.items():
        notebook = "two.ipynb" if student == "in-a-notebook" else ""
        path = hand_in(root, student, "one", CASES["right"][0], notebook).parent / name
        path.parent.mkdir(exist_ok=True, parents=True)
        path.write_text("mine")
    rows = {row["student"]: row for row in grade(Course(root), "one").submissions}
    assert {student: row["score"] for student, row in rows.items()} == dict.fromkeys(rows, 5.0)
    said = "The file '{}' was left out: it cannot lie beside the instructor's '{}'.".format
    assert rows["in-a-file"]["reasons"] == [said("table/x.csv", "table")]
    assert rows["a-file-for-a-folder"]["reasons"] == [said("deep", "deep/n.csv")]
    assert said("one.ipynb/x.csv", "one.ipynb") in rows["in-a-notebook"]["reasons"]
    assert rows["in-a-file-of-their-own"]["reasons"] == rows["beside"]["reasons"] == []
    assert (root / "autograded/in-a-file-of-their-own/one/sub/own/x.csv").read_text() == "mine"
    assert (root / "autograded/beside/one/deep/x.csv").read_text() == "mine"
    assert (root / "autograded/in-a-file/one/table").read_text() == "theirs"
    assert not list((root / ".coursekit").rglob("*.pending"))


def test_states_tell_unattempted_from_wrong(tmp_path: Path) -> None:
    root = write_course(tmp_path, "one", source())
    nb = right()
    nb.cells[2].source = "# YOUR CODE HERE\nraise NotImplementedError()"
    nb.cells[5].source = "root = 3"
    nb.cells[7].source = "YOUR ANSWER HERE"
    hand_in(root, "ana", "one", nb)
    cells = grade(Course(root), "one").submissions[0]["cells"]
    assert {key: cell["state"] for key, cell in cells.items()} == {
        "double-check": "unattempted",
        "root-check": "wrong",
        "why": "unattempted",
    }
    assert cells["root-check"]["message"] == "Not true: assert root == 4"


def test_a_hidden_check_says_nothing_of_its_own(tmp_path: Path) -> None:
    root = write_course(tmp_path, "one", source())
    nb = right()
    nb.cells[2].source = "def double(x):\n    return x + 2"
    hand_in(root, "ana", "one", nb)
    cell = grade(Course(root), "one").submissions[0]["cells"]["double-check"]
    assert cell["message"] == "A hidden check with other inputs of the same kind did not pass."


def test_what_was_taken_for_the_notebook_is_told_beside_a_hundred_files_that_were_left_out(tmp_path: Path) -> None:
    for number in range(100):
        (tmp_path / f"{number:03}").symlink_to("/etc/passwd")
    (tmp_path / "One (2).ipynb").write_text("{}")
    notes = intake.read_folder(tmp_path, ["one"]).notes
    assert notes[-2:] == ["So were 80 more files.", "'One (2).ipynb' was taken for 'one.ipynb'."]
    assert len(notes) == intake.NOTES_MAX + 2
