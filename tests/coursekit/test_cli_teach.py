"""Bad input of every instructor command: one sentence that says what came, what was expected, what to do next.

Nothing is lost by it: the class folder is as it was.
"""

from __future__ import annotations

import datetime as dt
import os
import unicodedata
from pathlib import Path

import pytest
from archives import zip_of, zipped
from minicourse import make_course
from terminal import Terminal

from coursekit import classroom, notebooks, release
from coursekit.automatic import AutomaticMarks, NotebookMarks
from coursekit.course import Course
from coursekit.gradebook import open_book
from coursekit.handed_in import read_plans

UNIT = "9-try"
ON_A_UNIT = [["release"], ["collect", "--exchange"], ["grade"], ["mark"], ["agreement"], ["feedback"], ["report"],
             ["due", "2027-02-01"], ["extend", "ada", "2027-02-01"]]  # fmt: skip


@pytest.fixture
def taught(course: Course, tmp_path: Path) -> Course:
    """A class of two on the first day."""
    students = tmp_path / "students.csv"
    students.write_text("id,first_name\nada,Ada\nbo,Bo\n", encoding="utf-8")
    return classroom.new_class(course, tmp_path / "class", students, [UNIT], {}, False)


def files(root: Path) -> dict[str, bytes]:
    """Every file that belongs to the instructor."""
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and "gradebook.db" not in path.name
    }


def refused(terminal: Terminal, taught: Course, *words: object) -> str:
    """The one sentence of a command that was refused; nothing in the class has changed."""
    before = files(taught.root)
    said = terminal(*words, "--course-dir", taught.root, status=2)
    assert len(said.strip().splitlines()) == 1 and said.startswith("course: "), said
    assert "fault in the program" not in said
    assert files(taught.root) == before
    return said


@pytest.mark.parametrize("words", ON_A_UNIT, ids=lambda words: str(words[0]))
def test_a_wrong_unit_names_near_ones(taught: Course, terminal: Terminal, words: list[str]) -> None:
    said = refused(terminal, taught, words[0], "9-tri", *words[1:])
    assert said == "course: No unit '9-tri'. Did you mean 9-try, try? The units are: 9-try.\n"


@pytest.mark.parametrize("words", [*ON_A_UNIT, ["status"], ["export"], ["bundle"]], ids=lambda words: str(words[0]))
def test_outside_a_course(tmp_path: Path, terminal: Terminal, words: list[str]) -> None:
    unit = ["9-try"] if words in ON_A_UNIT else []
    said = terminal(words[0], *unit, *words[1:], "--course-dir", tmp_path, status=2)
    assert f"No nbgrader_config.py in {tmp_path}" in said and "--course-dir" in said


@pytest.mark.parametrize(
    ("words", "says", "next_step"),
    [
        (["grade", "try"], "Nothing was handed in for '9-try'", "'course collect'"),
        (["mark", "try"], "Nothing is graded for '9-try' yet", "'course grade 9-try'"),
        (["feedback", "try"], "Nothing is graded for '9-try' yet", "'course grade 9-try'"),
        (["report", "try"], "Nothing is graded for '9-try' yet", "'course grade 9-try'"),
        (["export"], "Nothing is graded in this class yet", "'course grade UNIT'"),
        (["agreement", "try"], "No answer of '9-try' has two marks yet", "'course mark 9-try --second'"),
        (["grade", "try", "--question", "try-twice"], "Nothing is graded for '9-try' yet", "'course grade 9-try'"),
        (["collect", "try", "--exchange"], "No exchange can be used here", "'course collect 9-try PATH'"),
        (["extend", "try", "ada", "2027-02-01"], "'9-try' has no due date", "'course due 9-try DATE'"),
        (["bundle"], "Nothing is released yet", "'course release UNIT'"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_commands_in_the_wrong_order(
    taught: Course, terminal: Terminal, words: list[str], says: str, next_step: str
) -> None:
    said = refused(terminal, taught, *words)
    assert says in said and next_step in said


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["collect", "try", "nowhere.zip"], "There is no folder or file nowhere.zip"),
        (["collect", "try"], "Name either a PATH"),
        (["due", "try", "tomorrow"], "Write it as 2027-02-01"),
        (["due", "try", "2027-13-01"], "'2027-13-01' is not a date"),
        (["extend", "try", "adda", "2027-02-01"], "Did you mean ada? 'course students FILE.csv' adds students."),
        (["mark", "try", "--port", "99999"], "99999 is not in the range"),
        (["grade", "try", "--workers", "0"], "0 is not in the range"),
        (["grade", "try", "--json", "nowhere/x.json"], "There is no folder"),
        (["export", "--format", "exel"], "'exel' is not one of"),
        (["students", "nowhere.csv"], "cannot be read (No such file or directory)"),
        (["bundle", "."], "Name a file that ends in .zip"),
        (["bundle", "students.csv"], "Name a file that ends in .zip"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_words_that_cannot_be_used(taught: Course, terminal: Terminal, words: list[str], says: str) -> None:
    assert says in refused(terminal, taught, *words)


# ---- a new class ----


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty"),
        (b"id,first_name\n", "names columns but no student"),
        (b"name\nAda\n", "none called 'id'"),
        ("id,first_name\nada,Ada\n".encode("utf-16"), "is not UTF-8 text"),
        ("id;first_name\nada;Adé\n".encode("latin-1"), "is not UTF-8 text"),
        (bytes(range(256)), "is not UTF-8 text"),
        (b"id,email\nada,x\nada,y\n", "Row 3 of {file} has the id 'ada' a second time"),
        (b"id,email\nada,x\nADA,y\n", "differs from 'ada' only in capital letters"),
        (b"id,email\n,x\n", "Row 2 of {file} has no id"),
        (b"\n,\nid,email\n\nada,x\n,\n,y\n", "Row 7 of {file} has no id"),
        (b"id\na/b\n", "the id 'a/b', which cannot name a folder"),
        (b"id\n..\n", "the id '..', which cannot name a folder"),
        (b"id\na+b\n", "the id 'a+b', which cannot name a folder"),
        (b'id,x\n"a\nb",y\n', "the id 'a\\nb', which cannot name a folder"),
        (b"id\nad\x00a\n", "the id 'ad\\x00a', which cannot name a folder"),
    ],
)
def test_a_list_of_students_that_cannot_be_used(
    taught: Course, course: Course, terminal: Terminal, tmp_path: Path, content: bytes, says: str
) -> None:
    file = tmp_path / "list.csv"
    file.write_bytes(content)
    assert says.format(file=file) in refused(terminal, taught, "students", file)
    said = refused(terminal, course, "new-class", tmp_path / "autumn", "--students", file)
    assert says.format(file=file) in said
    assert not [p.name for p in tmp_path.iterdir() if "autumn" in p.name]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["taken"], "is not empty. Name a new folder"),
        (["a file"], "is a file, so no class can be made in it"),
        (["a file/below"], "is a file, so no class can be made in it"),
        (["autumn", "--unit", "9-tri"], "Did you mean 9-try"),
        (["autumn", "--due", "try"], "Write UNIT=DATE"),
        (["autumn", "--due", "tri=2027-02-01"], "Did you mean try, 9-try"),
        (["autumn", "--due", "try=soon"], "'soon' is not a date"),
        (["autumn", "--students", "taken"], "cannot be read (Is a directory)"),
        (
            ["autumn", "--unit", "8-more", "--due", "try=2027-02-01"],
            "a due date for '9-try', but the class has only 8-more",
        ),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_class_that_cannot_be_made(
    course: Course, terminal: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], says: str
) -> None:
    place = tmp_path / "classes"
    (place / "taken").mkdir(parents=True)
    (place / "taken" / "thesis.txt").write_text("mine")
    (place / "a file").write_text("mine")
    (course.source / "8-more").mkdir()
    monkeypatch.chdir(place)
    before = files(place)
    assert says in refused(terminal, course, "new-class", *words)
    assert files(place) == before and not (place / "autumn").exists()


def test_students_who_come_later_are_added_and_names_renewed(
    taught: Course, terminal: Terminal, tmp_path: Path
) -> None:
    later = tmp_path / "later.csv"
    later.write_text("\ufeffid;first_name\ncem;Cem\nada;Adele\n", encoding="utf-8")
    assert "1 student added, 1 known before." in terminal("students", later, "--course-dir", taught.root)
    with open_book(taught) as book:
        assert {s.id: s.first_name for s in book.students} == {"ada": "Adele", "bo": "Bo", "cem": "Cem"}


@pytest.mark.parametrize(
    "content",
    [
        "\ufeffID;First Name;Last Name;E-Mail\r\ncem;Cem;Öz;c@x\r\n\r\n",  # Excel, where the comma is for decimals
        "Student ID\tfirst_name\tSURNAME\temail\ncem\tCem\tÖz\tc@x\n",
        '"Username","Given name","Family_name","Email address","ID number"\n"cem"," Cem ","Öz","c@x","77"\n',
    ],
    ids=["Excel", "tabs", "Moodle"],
)
def test_lists_as_spreadsheets_and_platforms_write_them(
    taught: Course, terminal: Terminal, tmp_path: Path, content: str
) -> None:
    (tmp_path / "list.csv").write_bytes(content.encode())
    assert "1 student added" in terminal("students", tmp_path / "list.csv", "--course-dir", taught.root)
    with open_book(taught) as book:
        cem = book.find_student("cem")
        assert (cem.first_name, cem.last_name, cem.email) == ("Cem", "Öz", "c@x")


def test_one_id_in_two_ways_of_writing_is_one_student(taught: Course, terminal: Terminal, tmp_path: Path) -> None:
    later = tmp_path / "later.csv"
    apart = "e\u0301mil"  # the accent as a sign of its own, as some systems keep it
    for text, said in (
        (f"id,first_name\nADA,Adele\n{apart},E\u0301mil\n", "1 student added, 1 known before."),
        (f"id,first_name\n{unicodedata.normalize('NFC', apart)},Emil\n", "0 students added, 1 known before."),
    ):
        later.write_text(text, encoding="utf-8")
        assert said in terminal("students", later, "--course-dir", taught.root)
    with open_book(taught) as book:
        assert {s.id: s.first_name for s in book.students} == {"ada": "Adele", "bo": "Bo", "\u00e9mil": "Emil"}


@pytest.mark.parametrize(("words", "shown"), [([], False), (["--show-solutions"], True), (["--hide-solutions"], False)])
def test_a_class_says_whether_solutions_may_be_shown(
    course: Course, terminal: Terminal, tmp_path: Path, words: list[str], shown: bool
) -> None:
    terminal("new-class", tmp_path / "autumn", *words, "--course-dir", course.root)
    made = Course((tmp_path / "autumn").resolve())
    assert made.config.CourseKit.show_solutions is shown
    release.release(made, UNIT)
    if shown:
        assert "secret_of_the_key" in terminal("solution", "try", "1", "--yes", "--course-dir", made.root)
    else:
        assert "Solutions are not shown" in refused(terminal, made, "solution", "try", "1", "--yes")


# ---- dates ----


def test_a_due_date_and_an_extension_by_command(taught: Course, terminal: Terminal) -> None:
    here = ("--course-dir", taught.root)
    assert terminal("due", "try", "2027-02-01", *here) == "9-try is due on 2027-02-01. Next: 'course status'.\n"
    with AutomaticMarks(taught, UNIT) as book:
        book.register(read_plans(taught, UNIT))
        handed_in = classroom.parse_due("2027-02-03T12:00")
        book.write("ada", {UNIT: NotebookMarks({"try-twice-check": 4.0, "try-why": None})}, handed_in)
    assert seconds_late(taught) > 0
    said = terminal("extend", "9", "ada", "2027-02-03T17:00", *here)
    assert said == "ada may hand in 9-try until 2027-02-03T17:00. Next: 'course status'.\n"
    assert seconds_late(taught) == 0
    terminal("due", "try", "2027-01-31", *here)  # an earlier day for all: ada's day stays
    assert seconds_late(taught) == 0
    terminal("extend", "try", "ada", "2027-02-03T11:00", *here)
    assert seconds_late(taught) == 3600
    terminal("due", "try", "2027-02-05", *here)  # later than ada's own day: nobody has less time than the class
    assert seconds_late(taught) == 0


def seconds_late(taught: Course) -> float:
    with open_book(taught) as book:
        return float(book.find_submission(UNIT, "ada").total_seconds_late)


# ---- collecting ----


def bomb(megabytes: int) -> bytes:
    """A small zip of many files that are large when unpacked."""
    return zip_of({f"{n}.ipynb": bytes(40 * 2**20) for n in range(megabytes // 40)})


def locked(content: bytes) -> bytes:
    """A zip whose entries say that they need a password."""
    made = bytearray(content)
    made[6] |= 1
    made[made.find(b"PK\x01\x02") + 8] |= 1
    return bytes(made)


ONE_FILE = zip_of({"ada.ipynb": b"{}"})


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("text.zip", b"hello", "neither a notebook (.ipynb) nor a zip file that can be opened"),
        ("marks.xlsx.txt", b"hello", "neither a notebook (.ipynb) nor a zip file"),
        ("cut.zip", ONE_FILE[:40], "Download it again."),
        (
            "empty.zip",
            b"PK\x05\x06" + bytes(18),
            "holds no files. Name the folder of notebooks, or the zip from Canvas or Moodle.",
        ),
    ],
)
def test_a_file_that_is_no_archive_of_work(
    taught: Course, terminal: Terminal, tmp_path: Path, name: str, content: bytes, says: str
) -> None:
    (tmp_path / name).write_bytes(content)
    assert says in refused(terminal, taught, "collect", "try", tmp_path / name)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (locked(ONE_FILE), "it is locked with a password"),
        (ONE_FILE.replace(b"ada.ipynb", b"../.ipynb"), "its path leads out of the archive"),
    ],
)
def test_entries_that_are_refused_with_a_reason(
    taught: Course, terminal: Terminal, tmp_path: Path, content: bytes, says: str
) -> None:
    (tmp_path / "in.zip").write_bytes(content)
    before = files(taught.root)
    said = terminal("collect", "try", tmp_path / "in.zip", "--course-dir", taught.root, status=1)
    assert (
        says in said and "Ask the students for the notebook file itself." in said and "Next: 'course grade" not in said
    )
    assert files(taught.root) == before


def test_a_bomb_inside_a_students_zip_costs_nobody_else_anything(
    taught: Course, terminal: Terminal, tmp_path: Path
) -> None:
    zipped(tmp_path / "in.zip", {"ada_1_2_x.zip": bomb(240), "bo_3_4_9-try.ipynb": b"{}"})
    said = terminal("collect", "try", tmp_path / "in.zip", "--course-dir", taught.root, status=1)
    assert (
        "REFUSED: in.zip/ada_1_2_x.zip" in said
        and "more than 1000 files or 200 MB. Ask for the notebook alone." in said
    )
    assert "taken: bo" in said and "1 student taken in" in said
    assert [p.name for p in taught.submitted.iterdir()] == ["bo"]
    assert not list(taught.submitted.parent.glob(".incoming-*"))


def test_what_was_not_mapped_can_be_renamed_and_collected(taught: Course, terminal: Terminal, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "who.ipynb").write_bytes(b"{}")
    moment = dt.datetime(2027, 1, 31, 12, tzinfo=dt.UTC).timestamp()
    os.utime(tmp_path / "in" / "who.ipynb", (moment, moment))
    said = terminal("collect", "try", tmp_path / "in", "--course-dir", taught.root, status=1)
    assert "Rename each folder in grading/unmapped/9-try to the student's id" in said
    place = taught.root / "grading" / "unmapped" / UNIT
    (place / "who").rename(place / "bo")
    assert "taken: bo" in terminal("collect", "try", place, "--course-dir", taught.root)
    stamp = (taught.submitted / "bo" / UNIT / "timestamp.txt").read_text(encoding="utf-8")
    assert stamp == "2027-01-31 12:00:00 UTC"  # when it was handed in, not when it was put right


# ---- places that refuse ----


@pytest.fixture
def graded(taught: Course) -> Course:
    """Ada's work is collected and graded; her written answer is open."""
    release.release(taught, UNIT)
    folder = taught.autograded / "ada" / UNIT
    folder.mkdir(parents=True)
    (folder / f"{UNIT}.ipynb").write_bytes(notebooks.dump(notebooks.load(taught.source / UNIT / f"{UNIT}.ipynb")))
    with AutomaticMarks(taught, UNIT) as book:
        book.register(read_plans(taught, UNIT))
        book.write("ada", {UNIT: NotebookMarks({"try-twice-check": 4.0, "try-why": None})}, None)
    return taught


@pytest.mark.parametrize(
    "words", [["export", "{file}/x.csv"], ["export", "{file}/x/y.csv"], ["bundle", "{file}/x.zip"]], ids=lambda w: w[0]
)
def test_a_place_where_nothing_can_be_written(
    graded: Course, terminal: Terminal, tmp_path: Path, words: list[str]
) -> None:
    (tmp_path / "file").write_text("mine")
    said = refused(terminal, graded, *(word.format(file=tmp_path / "file") for word in words))
    assert "Not a directory" in said
    assert (tmp_path / "file").read_text() == "mine"


@pytest.mark.parametrize(
    "words", [["status"], ["grade", "try"], ["mark", "try"], ["export"], ["students", "{csv}"], ["due", "try", "2027-02-01"]],
    ids=lambda words: words[0],
)  # fmt: skip
def test_a_gradebook_that_is_none(taught: Course, terminal: Terminal, tmp_path: Path, words: list[str]) -> None:
    (taught.root / "grading" / "gradebook.db").write_bytes(b"not a database at all")
    (taught.submitted / "ada" / UNIT).mkdir(parents=True)
    said = refused(terminal, taught, *(word.format(csv=tmp_path / "students.csv") for word in words))
    assert "gradebook" in said and "backup" in said


def test_control_signs_reach_no_terminal(taught: Course, terminal: Terminal, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "\x1b[2Jwho.ipynb").write_bytes(b"{}")
    said = terminal("collect", "try", tmp_path / "in", "--course-dir", taught.root, status=1)
    assert "\x1b" not in said and "[2Jwho" in said


def test_the_first_course_is_left_as_it_was(tmp_path: Path, terminal: Terminal) -> None:
    course = make_course(tmp_path / "first")
    before = files(course.root)
    terminal("new-class", tmp_path / "spring", "--course-dir", course.root)
    assert files(course.root) == before
