"""Bad input of every learner command: one sentence that says what came, what was expected, what to do next."""

from __future__ import annotations

import errno
import json
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from coursekit import cli, desk, progress
from coursekit.course import Course

UNIT_COMMANDS = [["check"], ["hint", "1"], ["solution", "1"], ["reset"], ["submit"]]


def run(course: Course | Path, capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    """(exit status, everything that was printed) of a command."""
    root = course.root if isinstance(course, Course) else course
    with pytest.raises(SystemExit) as stopped:
        cli.main([*words, "--course-dir", str(root)])
        raise SystemExit(0)
    said = capsys.readouterr()
    assert "Traceback" not in said.out + said.err
    return int(stopped.value.code or 0), said.out + said.err


@pytest.mark.parametrize("command", UNIT_COMMANDS, ids=lambda c: c[0])
def test_a_wrong_unit_names_near_ones_and_all(
    course: Course, capsys: pytest.CaptureFixture[str], command: list[str]
) -> None:
    status, said = run(course, capsys, command[0], "9-tri", *command[1:])
    assert status == 2
    assert said == "course: No unit '9-tri'. Did you mean 9-try, try? The units are: 9-try.\n"


@pytest.mark.parametrize("command", ["hint", "solution"])
def test_a_wrong_question_names_near_ones(course: Course, capsys: pytest.CaptureFixture[str], command: str) -> None:
    status, said = run(course, capsys, command, "try", "try-twise")
    assert status == 2 and "Did you mean try-twice" in said
    status, said = run(course, capsys, command, "try", "77")
    assert status == 2 and "No question '77'" in said and "try-twice, try-why" in said


def test_a_wrong_command_names_near_ones(course: Course, capsys: pytest.CaptureFixture[str]) -> None:
    status, said = run(course, capsys, "chekc")
    assert status == 2 and "There is no command 'chekc'. Did you mean check" in said


@pytest.mark.parametrize("command", UNIT_COMMANDS, ids=lambda c: c[0])
def test_outside_a_course(tmp_path: Path, capsys: pytest.CaptureFixture[str], command: list[str]) -> None:
    status, said = run(tmp_path, capsys, command[0], "tiers", *command[1:])
    assert status == 2
    assert f"No nbgrader_config.py in {tmp_path}" in said and "--course-dir" in said


def test_a_course_that_was_never_built(course: Course, capsys: pytest.CaptureFixture[str]) -> None:
    for place in (course.source, course.release, course.lessons):
        shutil.rmtree(place)
    status, said = run(course, capsys, "lab")
    assert status == 2 and "Run 'course build' first." in said


@pytest.mark.parametrize("content", ["", "not a notebook", "{}", "\x00\x01"], ids=["empty", "text", "json", "bytes"])
@pytest.mark.parametrize("command", ["check", "submit"])
def test_a_damaged_notebook(course: Course, capsys: pytest.CaptureFixture[str], command: str, content: str) -> None:
    desk.notebook(course, "9-try").write_text(content, encoding="utf-8")
    status, said = run(course, capsys, command, "try")
    assert status == 2
    assert "9-try.ipynb" in said and ("course reset 9-try" in said or "Restore" in said)


@pytest.mark.parametrize(
    "number", [errno.ENOSPC, errno.EACCES, errno.EROFS], ids=["full disk", "no rights", "read-only"]
)
@pytest.mark.parametrize("command", ["reset", "submit"])
def test_a_disk_that_refuses(
    course: Course, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, command: str, number: int
) -> None:
    desk.update(course)

    def refuse(*_: object, **__: object) -> None:
        raise OSError(number, "the disk says no", str(course.work))

    monkeypatch.setattr(desk.os, "replace", refuse)
    monkeypatch.setattr(desk.zipfile, "ZipFile", refuse)
    status, said = run(course, capsys, command, "try")
    assert status == 2
    assert "the system refused" in said and "Make room or get the right to write there" in said
    assert desk.notebook(course, "9-try").is_file()


def test_an_answer_that_cannot_be_remembered_still_is_an_answer(
    course: Course, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(progress, "write", refuse)
    status, said = run(course, capsys, "check", "try")
    assert status == 1 and "Twice a number: not answered yet" in said


def test_a_damaged_list_of_copies_loses_nobodys_work(course: Course, capsys: pytest.CaptureFixture[str]) -> None:
    path = desk.notebook(course, "9-try")
    path.write_text(path.read_text(encoding="utf-8").replace("YOUR ANSWER HERE", "mine"), encoding="utf-8")
    (course.work / desk.MANIFEST).write_text("{broken", encoding="utf-8")
    desk.update(course)
    assert "mine" in path.read_text(encoding="utf-8")


def test_json_for_scripts(course: Course, capsys: pytest.CaptureFixture[str]) -> None:
    told = json.loads(run(course, capsys, "check", "try", "--json")[1])
    assert told["unit"] == "9-try" and told["questions"][0]["state"] == "unattempted"


def test_help_imports_nothing_heavy() -> None:
    """What makes `course --help` slow is imports; benchmarks/start.py times it."""
    heavy = ("nbgrader", "jupyterlab", "matplotlib", "pandas", "numpy", "IPython", "nbformat", "sqlalchemy", "yaml")
    code = (
        "import sys; from coursekit import cli\n"
        "try: cli.main(['--help'])\nexcept SystemExit: pass\n"
        f"print([n for n in {heavy!r} if n in sys.modules])"
    )
    start = time.perf_counter()
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert time.perf_counter() - start < 30
    assert done.stdout.splitlines()[-1] == "[]"
