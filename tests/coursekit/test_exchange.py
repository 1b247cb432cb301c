"""A class that works through nbgrader's exchange: release, fetch, submit, collect, grade, export; figures compared."""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from terminal import Terminal

from coursekit import attempts, classroom, notebooks
from coursekit.course import Course

UNIT = "9-try"
RIGHT, WRONG = "def twice(x):\n    return 2 * x", "def twice(x):\n    return 7"


class Room:
    """A computer room: the instructor's class, a student's copy without a key, the exchange between them."""

    def __init__(self, course: Course, folder: Path, mode: str, terminal: Terminal) -> None:
        self.type = terminal
        self.exchange = folder / "exchange"
        self.exchange.mkdir()
        self.exchange.chmod(0o777)  # all users may write, as nbgrader asks
        self.teacher = classroom.new_class(course, folder / "class", None, [UNIT], {}, False)
        with (self.teacher.root / "nbgrader_config.py").open("a", encoding="utf-8") as config:
            config.write(f"c.CourseKit.attempts = {mode!r}\nc.Exchange.root = {str(self.exchange)!r}\n")
            config.write(f"c.Exchange.cache = {str(folder / 'cache')!r}\n")
        self.teacher = Course(self.teacher.root)
        self.student = folder / "student"
        self.student.mkdir()

    def start_student(self) -> None:
        shutil.copy(self.teacher.root / "nbgrader_config.py", self.student)
        self.nbgrader("fetch_assignment", UNIT, cwd=self.student)
        (self.student / "assignments").mkdir()
        shutil.move(self.student / UNIT, self.student / "assignments" / UNIT)

    def nbgrader(self, *words: str, cwd: Path) -> None:
        home = {**os.environ, "HOME": str(self.student), "JUPYTER_DATA_DIR": str(self.student / ".jupyter")}
        done = subprocess.run(
            [sys.executable, "-m", "nbgrader", *words], cwd=cwd, env=home, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr

    def answer(self, path: Path, source: str) -> None:
        nb = notebooks.load(path)
        for cell in nb.cells:
            if cell.metadata.get("nbgrader", {}).get("grade_id") == "try-twice":
                cell.source = source
        path.write_bytes(notebooks.dump(nb))

    def marks(self) -> dict[str, float]:
        path = self.teacher.root / "marks.csv"
        self.type("export", path, "--course-dir", self.teacher.root)
        with path.open(encoding="utf-8-sig", newline="") as lines:
            return {row["student_id"]: float(row["score"]) for row in csv.DictReader(lines)}


@pytest.mark.parametrize(("mode", "points"), [("last", 0.0), ("best", 4.0)])
def test_two_hand_ins_the_better_one_first(
    course: Course, tmp_path: Path, terminal: Terminal, mode: str, points: float
) -> None:
    room = Room(course, tmp_path, mode, terminal)
    teacher = ("--course-dir", room.teacher.root)
    assert "'course collect try --exchange'" in terminal("release", "try", *teacher)
    assert "It is in the exchange" in terminal("release", "try", *teacher)  # a corrected unit is released again
    room.start_student()

    mine = room.student / "work" / "assignments" / UNIT / f"{UNIT}.ipynb"
    terminal("submit", "try", "--course-dir", room.student)  # untouched, and makes the copy
    room.answer(mine, RIGHT)
    assert "It is in the class's exchange." in terminal("submit", "try", "--course-dir", room.student)
    room.answer(mine, WRONG)
    room.nbgrader("submit", UNIT, "--Exchange.assignment_dir=work/assignments", cwd=room.student)
    (student,) = {p.name.split("+")[0] for p in (room.exchange / "class" / "inbound").iterdir()}

    said = terminal("collect", "try", "--exchange", *teacher)
    assert f"Handed in by 1 student: {student} (new)." in said
    said = terminal("grade", "try", *teacher)
    assert ("an earlier hand-in is better (4 against 0 automatic points) and counts" in said) == (mode == "best")
    assert room.marks() == {student: points}
    terminal("collect", "try", "--exchange", *teacher)  # again: nothing new has come
    terminal("grade", "try", *teacher)
    assert room.marks() == {student: points}

    room.answer(mine, RIGHT)
    room.nbgrader("submit", UNIT, "--Exchange.assignment_dir=work/assignments", cwd=room.student)
    terminal("collect", "try", "--exchange", *teacher)
    assert "course grade 9-try" in terminal("status", *teacher) or mode == "best"
    terminal("grade", "try", *teacher)
    assert room.marks() == {student: 4.0}
    assert list(attempts.earlier_folder(room.teacher, UNIT, student).iterdir())  # what was replaced is kept


def test_work_collected_from_a_folder_is_not_lost_to_the_exchange(
    course: Course, tmp_path: Path, terminal: Terminal
) -> None:
    room = Room(course, tmp_path, "last", terminal)
    teacher = ("--course-dir", room.teacher.root)
    terminal("release", "try", *teacher)
    room.start_student()
    mine = room.student / "work" / "assignments" / UNIT / f"{UNIT}.ipynb"
    terminal("submit", "try", "--course-dir", room.student)
    (student,) = {p.name.split("+")[0] for p in (room.exchange / "class" / "inbound").iterdir()}
    (tmp_path / "in").mkdir()
    shutil.copy(mine, tmp_path / "in" / f"{student}.ipynb")
    room.answer(tmp_path / "in" / f"{student}.ipynb", WRONG)
    os.utime(tmp_path / "in" / f"{student}.ipynb", (1, 1))
    terminal("collect", "try", tmp_path / "in", *teacher)
    terminal("collect", "try", "--exchange", *teacher)
    (kept,) = attempts.earlier_folder(room.teacher, UNIT, student).glob("*/*.ipynb")
    assert "return 7" in kept.read_text(encoding="utf-8")


def test_an_exchange_without_the_unit_is_one_clear_sentence(course: Course, tmp_path: Path, terminal: Terminal) -> None:
    room = Room(course, tmp_path, "last", terminal)
    said = terminal("collect", "try", "--exchange", "--course-dir", room.teacher.root, status=2)
    assert "gave nothing" in said and "Has 'course release 9-try' put the unit there?" in said
    assert len(said.strip().splitlines()) == 1


def inbound(room: Room, student: str, moment: str) -> Path:
    """A hand-in that lies in the exchange: the release, untouched, in a folder named as nbgrader names them."""
    folder = room.exchange / "class" / "inbound" / f"{student}+{UNIT}+{moment} UTC+x"
    shutil.copytree(room.teacher.release / UNIT, folder)
    (folder / "timestamp.txt").write_text(f"{moment}.000000 UTC", encoding="utf-8")
    return folder


def test_the_best_of_several_takes_what_nbgrader_would_take(course: Course, tmp_path: Path, terminal: Terminal) -> None:
    room = Room(course, tmp_path, "best", terminal)
    with (room.teacher.root / "nbgrader_config.py").open("a", encoding="utf-8") as config:
        config.write("c.CourseDirectory.max_file_size = 100\nc.CourseDirectory.max_dir_size = 400\n")  # kilobytes
    teacher = ("--course-dir", room.teacher.root)
    terminal("release", "try", *teacher)
    first, last = (inbound(room, "ada", f"2027-02-0{day} 12:00:00") for day in (1, 2))
    for folder in (first, last):
        (folder / "module.pyc").write_bytes(b"ignored")
        (folder / "film.mp4").write_bytes(bytes(150_000))
    large = inbound(room, "ada", "2027-01-01 12:00:00")
    (large / "holes.bin").touch()
    os.truncate(large / "holes.bin", 10**13)  # more than any disk here holds
    (large.parent / f"ada+{UNIT}+2027-01-02 12:00:00 UTC+x").symlink_to(room.teacher.source / UNIT)
    said = terminal("collect", "try", "--exchange", *teacher)
    assert f"LEFT OUT: {large} of ada is larger than 0.4 MB." in said
    assert "2027-01-02 12:00:00 UTC+x of ada is no folder of its own." in said
    (kept,) = attempts.earlier_folder(room.teacher, UNIT, "ada").iterdir()  # the first; the last stands in its place
    assert attempts.stamp_of(kept).startswith("2027-02-01")
    assert sorted(path.name for path in kept.iterdir()) == [f"{UNIT}.ipynb", "help.json", "timestamp.txt"]
    terminal("collect", "try", "--exchange", *teacher)
    assert len(list(attempts.earlier_folder(room.teacher, UNIT, "ada").iterdir())) == 1


def test_a_hand_in_under_the_name_of_another_is_told(course: Course, tmp_path: Path, terminal: Terminal) -> None:
    room = Room(course, tmp_path, "last", terminal)
    teacher = ("--course-dir", room.teacher.root)
    terminal("release", "try", *teacher)
    folder = inbound(room, "nobody-here", "2027-02-01 12:00:00")
    said = terminal("collect", "try", "--exchange", *teacher)
    owner = folder.owner()
    assert f"LOOK AT: {folder} says that it is from nobody-here, but it belongs to the user {owner}.\n" in said
