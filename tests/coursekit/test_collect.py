"""Whatever an LMS or a folder brings is taken in, listed, or refused with a reason; nothing is lost."""

from __future__ import annotations

import errno
import os
import stat
import zipfile
from pathlib import Path

import pytest
from archives import zip_of, zipped

from coursekit.collect import _find, collect
from coursekit.course import Course
from coursekit.errors import BadSubmission
from coursekit.roster import Person

NOTEBOOK = b'{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}'


@pytest.fixture
def course(tmp_path: Path) -> Course:
    root = tmp_path / "class"
    (root / "source" / "ps1").mkdir(parents=True)
    (root / "source" / "ps1" / "ps1.ipynb").write_bytes(NOTEBOOK)
    (root / "nbgrader_config.py").write_text("c = get_config()\nc.CourseDirectory.course_id = 'x'\n")
    return Course(root)


def test_canvas_names_lead_to_students(course: Course, tmp_path: Path) -> None:
    path = tmp_path / "canvas.zip"
    zipped(path, {"lovelaceada_LATE_12_345_ps1-1.ipynb": NOTEBOOK, "liwen_13_346_ps1.ipynb": b"x"})
    result = collect(course, "ps1", path)
    assert [student for student, _ in result.taken] == ["lovelaceada", "liwen"]
    assert (course.submitted / "lovelaceada" / "ps1" / "ps1.ipynb").read_bytes() == NOTEBOOK
    assert (course.submitted / "liwen" / "ps1" / "timestamp.txt").read_text() == "2026-03-04 05:06:08 UTC"


def test_moodle_folders_lead_to_students(course: Course, tmp_path: Path) -> None:
    path = tmp_path / "moodle.zip"
    zipped(
        path,
        {
            "Wén Lǐ_123_assignsubmission_file_/ps1.ipynb": NOTEBOOK,
            "Wén Lǐ_123_assignsubmission_onlinetext_/onlinetext.html": b"<p>Here it is.</p>",
            "Anna O'Neil_124_assignsubmission_file_ps1.ipynb": NOTEBOOK,
        },
    )
    result = collect(course, "ps1", path)
    assert [student for student, _ in result.taken] == ["Wén Lǐ", "Wén Lǐ", "Anna O'Neil"]
    names = sorted(path.name for path in (course.submitted / "Wén Lǐ" / "ps1").iterdir())
    assert names == ["onlinetext.html", "ps1.ipynb", "timestamp.txt"]  # what was typed into Moodle's box stays beside
    assert (course.submitted / "Anna O'Neil" / "ps1" / "ps1.ipynb").is_file()


def test_a_notebook_of_another_unit_is_taken_and_told(course: Course, tmp_path: Path) -> None:
    for unit in ("ps10", "ps2"):
        (course.source / unit).mkdir()
    path = tmp_path / "canvas.zip"
    zipped(path, {f"{who}_13_34_{name}.ipynb": NOTEBOOK for who, name in
                  {"ada": "ps2-1", "bo": "ps10", "cem": "ps10 (1)", "dee": "homework"}.items()})  # fmt: skip
    result = collect(course, "ps10", path)
    assert len(result.taken) == 4
    assert result.misnamed == [("ada", "canvas.zip/ada_13_34_ps2-1.ipynb", "ps2")]
    assert "LOOK AT: ada (canvas.zip/ada_13_34_ps2-1.ipynb) bears the name of ps2" in result.lines()
    assert "'course collect ps2 PATH' takes it in there." in result.advice("ps10")[0]


def test_the_zip_that_submit_makes_is_opened(course: Course, tmp_path: Path) -> None:
    path = tmp_path / "canvas.zip"
    zipped(path, {"liwen_13_346_ps1-2026-03-01-120000.zip": zip_of({"ps1.ipynb": NOTEBOOK})})
    assert collect(course, "ps1", path).taken[0][0] == "liwen"
    assert (course.submitted / "liwen" / "ps1" / "ps1.ipynb").read_bytes() == NOTEBOOK


def test_paths_out_of_the_archive_are_refused_and_the_rest_taken(course: Course, tmp_path: Path) -> None:
    link = zipfile.ZipInfo("mallory/ps1.ipynb")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    path = tmp_path / "bad.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("../../evil.ipynb", NOTEBOOK)
        archive.writestr("/absolute.ipynb", NOTEBOOK)
        archive.writestr(link, "/etc/passwd")
        archive.writestr("ada/ps1.ipynb", NOTEBOOK)
    result = collect(course, "ps1", path)
    assert [student for student, _ in result.taken] == ["ada"]
    assert [why for _, why in result.refused] == ["its path leads out of the archive"] * 2 + ["it is a symbolic link"]
    assert not list(tmp_path.rglob("evil.ipynb"))


def test_a_zip_that_unpacks_to_gigabytes_is_refused(course: Course, tmp_path: Path) -> None:
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("ada/ps1.ipynb", NOTEBOOK)
        archive.writestr("mallory/ps1.ipynb", b"\0" * (51 * 2**20))
    result = collect(course, "ps1", path)
    assert [student for student, _ in result.taken] == ["ada"]
    assert result.refused == [("bomb.zip/mallory/ps1.ipynb", "it is larger than 50 MB when unpacked")]


@pytest.mark.parametrize(
    ("spoiled", "why"),
    [
        (zip_of({"ps1.ipynb": NOTEBOOK, ".": b"x"}), "it has no name"),
        (zip_of({"ps1.ipynb": NOTEBOOK, "n" * 300 + ".txt": b"x"}), "its name is longer than 200 bytes"),
        (zip_of({"ps1.ipynb": NOTEBOOK, "\u0958" * 60: b"x"}), "its name is longer than 200 bytes"),  # twice as long when kept
        (zip_of({"\u00e9.ipynb": NOTEBOOK}).replace("\u00e9".encode(), b"\xff\xfe"), "can be opened"),
        (zip_of({"ps1.ipynb": NOTEBOOK}).replace(b"PK\x01\x02\x14\x03\x14", b"PK\x01\x02\x14\x03\x63"), "zip file version 9.9"),
    ],
    ids=["a name that is a dot", "a long name", "a name that grows", "letters that are none", "a newer format"],
)  # fmt: skip
def test_one_students_zip_does_not_stop_the_class(course: Course, tmp_path: Path, spoiled: bytes, why: str) -> None:
    path = tmp_path / "canvas.zip"
    zipped(path, {"ada_1_2_ps1.ipynb": NOTEBOOK, "mal_1_3_work.zip": spoiled, "zoe_1_4_ps1.ipynb": NOTEBOOK})
    result = collect(course, "ps1", path)
    assert {student for student, _ in result.taken} - {"mal"} == {"ada", "zoe"}
    assert len(result.refused) == 1 and why in result.refused[0][1]


def test_a_name_that_this_system_cannot_take_is_refused(
    course: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = Path.write_bytes

    def as_on_windows(path: Path, data: bytes) -> int:
        if "?" in path.name:
            raise OSError(errno.EINVAL, "Invalid argument")
        return write(path, data)

    path = tmp_path / "canvas.zip"
    zipped(path, {f"{who}_1_2_ps1.ipynb": NOTEBOOK for who in ("ada", "mal", "zoe")} | {"mal_1_3_why?.txt": b"x"})
    collect(course, "ps1", path)
    zipped(path, {f"{who}_1_2_ps1.ipynb": NOTEBOOK + b" " for who in ("ada", "mal", "zoe")} | {"mal_1_3_why?.txt": b""})
    monkeypatch.setattr(Path, "write_bytes", as_on_windows)
    result = collect(course, "ps1", path)
    assert [student for student, _ in result.taken] == ["ada", "zoe"]
    assert [why for _, why in result.refused] == ["it cannot be kept here (Invalid argument)"] * 2
    assert (course.submitted / "mal" / "ps1" / "ps1.ipynb").read_bytes() == NOTEBOOK  # what was here is as it was
    monkeypatch.setattr(Path, "write_bytes", lambda path, data: _full())
    with pytest.raises(OSError, match="No space"):
        collect(course, "ps1", path)


def _full() -> int:
    raise OSError(errno.ENOSPC, "No space left on device")


def test_nobody_writes_the_time_of_their_own_hand_in(course: Course, tmp_path: Path) -> None:
    own = {"ps1.ipynb": NOTEBOOK, "Timestamp.txt": b"2020-01-01 00:00:00 UTC"}
    path = tmp_path / "canvas.zip"
    zipped(
        path,
        {"mal_1_2_work.zip": zip_of(own), "sly_1_2_timestamp.txt": own["Timestamp.txt"], "sly_1_3_ps1.ipynb": NOTEBOOK},
    )
    assert len(collect(course, "ps1", path).taken) == 2
    assert len(collect(course, "ps1", path).unchanged) == 2
    stamp = course.submitted / "mal" / "ps1" / "timestamp.txt"
    assert (
        stamp.read_text()
        == (course.submitted / "sly" / "ps1" / "timestamp.txt").read_text()
        == "2026-03-04 05:06:08 UTC"
    )
    with zipfile.ZipFile(path, "w") as undated:
        undated.writestr(zipfile.ZipInfo("eve_1_2_work.zip", (1980, 0, 0, 0, 0, 0)), zip_of(own))
    collect(course, "ps1", path)
    assert sorted(p.name for p in (course.submitted / "eve" / "ps1").iterdir()) == ["ps1.ipynb"]


def test_a_folder_of_notebooks_and_a_second_hand_in(course: Course, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "ada.ipynb").write_bytes(NOTEBOOK)
    os.symlink("/etc/passwd", folder / "link.ipynb")
    first = collect(course, "ps1", folder)
    assert [s for s, _ in first.taken] == ["ada"]
    assert first.refused == [("link.ipynb", "it is a symbolic link")]
    assert [s for s, _ in collect(course, "ps1", folder).unchanged] == ["ada"]
    (folder / "ada.ipynb").write_bytes(NOTEBOOK + b"\n")
    collect(course, "ps1", folder)
    earlier = list((course.root / "earlier").rglob("ps1.ipynb"))
    assert [p.read_bytes() for p in earlier] == [NOTEBOOK]
    assert (course.submitted / "ada" / "ps1" / "ps1.ipynb").read_bytes() == NOTEBOOK + b"\n"


def test_one_notebook_is_as_late_as_in_a_folder(course: Course, tmp_path: Path) -> None:
    (tmp_path / "ada.ipynb").write_bytes(NOTEBOOK)
    os.utime(tmp_path / "ada.ipynb", (86_400, 86_400))
    assert [student for student, _ in collect(course, "ps1", tmp_path / "ada.ipynb").taken] == ["ada"]
    assert (course.submitted / "ada" / "ps1" / "timestamp.txt").read_text() == "1970-01-02 00:00:00 UTC"


def test_names_that_fit_nobody_or_two_are_not_guessed() -> None:
    people = [Person("a1", "Ada", "Lovelace"), Person("b2", "Wen", "Li"), Person("c3", "Li", "Wen")]
    assert _find("Lovelace, Ada", people) == "a1"
    assert _find("wen li", people) is None
    assert _find("nobody", people) is None


def test_the_very_id_goes_before_a_likeness() -> None:
    people = [Person("li-1"), Person("li1"), Person("wen", "Li", "1")]
    assert [_find(name, people) for name in ("li-1", "li1", "wen", "LI1")] == ["li-1", "li1", "wen", None]


def test_no_such_path_is_one_clear_sentence(course: Course, tmp_path: Path) -> None:
    with pytest.raises(BadSubmission, match="There is no folder or file"):
        collect(course, "ps1", tmp_path / "nowhere")
    (tmp_path / "text.zip").write_text("not a zip")
    with pytest.raises(BadSubmission, match="not a zip file"):
        collect(course, "ps1", tmp_path / "text.zip")
