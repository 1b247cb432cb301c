"""Bad input of every learner command: one sentence that says what came, what was expected, what to do next."""

from __future__ import annotations

import errno
import hashlib
import io
import json
import os
import shlex
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from coursekit import cli, commands, desk, notebooks, progress, release
from coursekit.commands import learn
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
    assert status == 2 and "No question '77'. The questions are 1 to 2: try-twice, try-why." in said


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


@pytest.mark.parametrize("port", ["0", "99999", "http"])
def test_a_port_that_is_none(course: Course, capsys: pytest.CaptureFixture[str], port: str) -> None:
    status, said = run(course, capsys, "lab", "--port", port)
    assert status == 2 and "Invalid value for '--port'" in said


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

    monkeypatch.setattr(desk.shutil, "copyfile", refuse)
    monkeypatch.setattr(desk.zipfile.ZipFile, "write", refuse)
    status, said = run(course, capsys, command, "try")
    assert status == 2
    assert "the system refused" in said and "Make room or get the right to write there" in said
    assert (course.work / "assignments" / "9-try" / "9-try.ipynb").is_file()
    assert [path for path in course.work.rglob("*") if path.suffix in (".new", ".zip")] == []


def test_an_answer_that_cannot_be_remembered_still_is_an_answer(
    course: Course, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    answer(course, "def twice(x):\n    return x + 2")
    monkeypatch.setattr(progress, "write", refuse)
    status, said = run(course, capsys, "check", "try")
    assert status == 1 and "✗ 1. Twice a number: not yet" in said
    assert "Your progress could not be saved (is the disk full, or the folder read-only?)" in said
    assert "Hint 1 of 3: Think of two equal heaps." in done(course, capsys, "hint", "try", "1")


def test_a_damaged_list_of_copies_loses_nobodys_work(course: Course, capsys: pytest.CaptureFixture[str]) -> None:
    path = desk.notebook(course, "9-try")
    path.write_text(path.read_text(encoding="utf-8").replace("YOUR ANSWER HERE", "mine"), encoding="utf-8")
    (course.work / desk.MANIFEST).write_text("{broken", encoding="utf-8")
    desk.update(course)
    assert "mine" in path.read_text(encoding="utf-8")


def test_json_is_whole_on_a_console_of_few_letters(capsys: pytest.CaptureFixture[str]) -> None:
    commands.say_json({"title": "户口 ✓"})
    said = capsys.readouterr().out
    assert said.isascii() and json.loads(said) == {"title": "户口 ✓"}


def test_json_for_scripts(course: Course, capsys: pytest.CaptureFixture[str]) -> None:
    told = json.loads(run(course, capsys, "check", "try", "--json")[1])
    assert told["unit"] == "9-try" and told["questions"][0]["state"] == "unattempted"


def done(course: Course, capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """What a command says that does what it should."""
    status, said = run(course, capsys, *words)
    assert status == 0, said
    return said


def answer(course: Course, source: str) -> Path:
    """The learner's notebook with an answer to its first question."""
    path = desk.notebook(course, "9-try")
    nb = notebooks.load(path)
    nb.cells[2].source = source
    path.write_bytes(notebooks.dump(nb))
    return path


@pytest.mark.parametrize(
    "unit", ["9-try", "try", "9", "TRY", "9-try.ipynb", "assignments/9-try/", "work\\assignments\\9-try\\9-try.ipynb"]
)
def test_hint_by_every_name_of_a_unit(course: Course, capsys: pytest.CaptureFixture[str], unit: str) -> None:
    said = done(course, capsys, "hint", unit, "1")
    assert said == "Twice a number (try-twice)\nHint 1 of 3: Think of two equal heaps.\n"


def test_hints_go_on_from_command_to_command_and_the_last_stays(
    course: Course, capsys: pytest.CaptureFixture[str]
) -> None:
    said = [done(course, capsys, "hint", "try", "try-twice").splitlines()[1:] for _ in range(4)]
    assert [lines[-1][:11] for lines in said] == ["Hint 1 of 3", "Hint 2 of 3", "Hint 3 of 3", "Hint 3 of 3"]
    assert said[2] == said[3] and said[2][:2] == said[1] and said[1][:1] == said[0]
    assert "There are no hints for 'Say why'." in done(course, capsys, "hint", "try", "2")


def test_the_solution_that_was_asked_for(course: Course, capsys: pytest.CaptureFixture[str]) -> None:
    said = done(course, capsys, "solution", "try", "1", "--yes")
    assert "return secret_of_the_key" in said and "BEGIN SOLUTION" not in said
    assert said.endswith("\nWhy: Twice means two times.\n")


@pytest.mark.parametrize(("typed", "status"), [("y\n", 0), ("n\n", 130), ("\n", 130), ("", 130)])
def test_the_solution_asks_before_it_shows_anything(
    course: Course, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, typed: str, status: int
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
    found, said = run(course, capsys, "solution", "try", "1")
    assert found == status and "Show the whole answer to 'Twice a number'? [y/N]" in said
    assert ("secret_of_the_key" in said) == (status == 0)


def test_a_solution_that_the_instructor_keeps(course: Course, capsys: pytest.CaptureFixture[str]) -> None:
    with (course.root / "nbgrader_config.py").open("a", encoding="utf-8") as config:
        config.write("\nc.CourseKit.show_solutions = False\n")
    status, said = run(course, capsys, "solution", "try", "1", "--yes")
    assert status == 2
    assert said == "course: Solutions are not shown in this course. Ask your instructor, or take the next hint.\n"


def test_reset_says_where_both_are(course: Course, capsys: pytest.CaptureFixture[str]) -> None:
    path = answer(course, "mine = 1")
    said = done(course, capsys, "reset", "try")
    (kept,) = path.parent.glob("*.before-*")
    folder = Path("work") / "assignments" / "9-try"
    assert said == f"A fresh copy is in {folder / path.name}. Yours is kept as {folder / kept.name}.\n{learn.RELOAD}\n"
    assert "mine = 1" in kept.read_text(encoding="utf-8") and "mine = 1" not in path.read_text(encoding="utf-8")


def test_submit_prints_the_receipt_that_it_keeps(course: Course, capsys: pytest.CaptureFixture[str]) -> None:
    path = answer(course, "mine = 1")
    said = done(course, capsys, "submit", "try")
    (receipt,) = (course.work / "submitted").glob("9-try-*.receipt.txt")
    assert said.startswith(receipt.read_text(encoding="utf-8"))
    assert hashlib.sha256(path.read_bytes()).hexdigest() in said and "Upload this one file" in said


def test_submit_says_what_is_not_answered_and_still_hands_in(
    course: Course, capsys: pytest.CaptureFixture[str]
) -> None:
    said = done(course, capsys, "submit", "try").splitlines()
    assert said[-1].startswith("Note: no question is answered in this file.")
    answer(course, "def twice(x):\n    return x + x")
    said = done(course, capsys, "submit", "try").splitlines()
    assert said[-1].startswith("Note: nothing is written in question 2. You can still change that")
    assert len(list((course.work / "submitted").glob("*.zip"))) >= 1


def test_submit_hands_in_what_nothing_can_be_said_about(course: Course, capsys: pytest.CaptureFixture[str]) -> None:
    path = answer(course, "def twice(x):\n    return x + x")
    nb = json.loads(path.read_text(encoding="utf-8"))
    for cell in nb["cells"]:
        cell["metadata"]["nbgrader"] = "lost"
    path.write_text(json.dumps(nb), encoding="utf-8")
    assert "Note" not in done(course, capsys, "submit", "try")


def test_the_module_is_the_command_too(course: Course) -> None:
    told = subprocess.run(
        [sys.executable, "-m", "coursekit.cli", "hint", "try", "1"],
        cwd=course.root, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert "Hint 1 of 3: Think of two equal heaps." in told.stdout


def test_repair_says_what_it_did_and_then_that_nothing_is_wrong(
    course: Course, capsys: pytest.CaptureFixture[str]
) -> None:
    path = answer(course, "def twice(x):\n    return x + x")
    nb = json.loads(path.read_text(encoding="utf-8"))
    nb["cells"] = [cell for cell in nb["cells"] if cell["id"] != "try-twice-check"]
    path.write_text(json.dumps(nb), encoding="utf-8")
    said = done(course, capsys, "repair", "try")
    assert "The cell 'try-twice-check' was missing and was put back." in said
    assert "is right again. The old one is kept as 9-try.before-" in said and said.endswith(
        f"Next: 'course check try'.\n{learn.RELOAD}\n"
    )
    assert done(course, capsys, "repair", "try").startswith("Nothing is wrong with ")


def test_build_and_its_check(course: Course, capsys: pytest.CaptureFixture[str]) -> None:
    assert done(course, capsys, "build", "--check") == "Everything that is built is up to date.\n"
    text = course.manuscript / "lessons" / "0-start.md"
    text.write_text(text.read_text(encoding="utf-8").replace("Read me.", "Read me now."), encoding="utf-8")
    status, said = run(course, capsys, "build", "--check")
    assert status == 1 and said == "not up to date: course/0-start.ipynb\nRun 'course build'.\n"
    assert done(course, capsys, "build") == "wrote course/0-start.ipynb\n1 file written.\n"
    assert done(course, capsys, "build") == "Everything was up to date.\n"


def test_import_takes_an_edit_back(course: Course, capsys: pytest.CaptureFixture[str]) -> None:
    built = course.lessons / "0-start.ipynb"
    nb = notebooks.load(built)
    nb.cells[0].source = nb.cells[0].source.replace("Read me.", "Read me first.")
    built.write_bytes(notebooks.dump(nb))
    status, said = run(course, capsys, "build")
    assert status == 2 and "course import" in said
    said = done(course, capsys, "import", str(built))
    assert (
        said
        == f"{Path('manuscript') / 'lessons' / '0-start.md'} now says what 0-start.ipynb says. Next: 'course build'.\n"
    )
    assert "Read me first." in (course.manuscript / "lessons" / "0-start.md").read_text(encoding="utf-8")
    assert done(course, capsys, "build", "--check")


def test_doctor_for_people_and_for_scripts(
    course: Course, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    free = shutil.disk_usage(course.root)  # others write to the disk between the two calls
    monkeypatch.setattr("coursekit.doctor.shutil.disk_usage", lambda _: free)
    told = json.loads(done(course, capsys, "doctor", "--json"))
    assert {"for_whom", "name", "well", "found", "advice"} == set(told[0]) and told[0]["name"] == "Python"
    said = done(course, capsys, "doctor")
    assert [line for line in said.splitlines() if line.endswith(":")] == ["To learn:", "To grade:", "To test:"]
    assert all(f"{finding['name']}: {finding['found']}" in said for finding in told)


def test_advice_can_be_copied_where_uv_started_the_command(
    course: Course, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """uv keeps `course` in its own folder: typed alone it would not be found."""
    monkeypatch.setenv("UV", "/usr/bin/uv")
    assert "A hint: 'uv run course hint 9-try 1'." in run(course, capsys, "check", "try")[1]
    assert "'uv run course --help' lists all." in run(course, capsys, "chekc")[1]
    shutil.rmtree(course.release)
    shutil.rmtree(course.lessons)
    assert "Run 'uv run course build' first." in run(course, capsys, "lab")[1]
    assert run(course, capsys, "status")[1].splitlines()[1].endswith("  uv run course release 9-try")
    assert json.loads(run(course, capsys, "status", "--json")[1])[0]["next"] == "course release 9-try"


def test_only_commands_are_told_as_they_are_typed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UV", "/usr/bin/uv")
    for prose in (
        "A class: course folder or not",
        "the 'course check-up'",
        "'uv run course grade 3'",
        "a course check",
    ):
        assert commands.as_typed(prose) == prose
    assert commands.as_typed("Next: course new-class x, or `course --help`.") == (
        "Next: uv run course new-class x, or `uv run course --help`."
    )


def test_away_from_the_project_uv_is_told_where_it_is(
    course: Course, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A class may lie anywhere; 'uv run course' alone finds no course there."""
    project = tmp_path / "my course"
    project.mkdir()
    (project / "pyproject.toml").touch()
    monkeypatch.setenv("UV", "/usr/bin/uv")
    monkeypatch.setattr(sys, "prefix", str(project / ".venv"))
    named = f"'uv run --project {shlex.quote(str(project))} course status'"
    assert commands.as_typed("'course status'", project / "classes" / "spring") == "'uv run course status'"
    assert commands.as_typed("'course status'", tmp_path) == named
    monkeypatch.chdir(project)
    assert "'uv run course bundle'" in done(course, capsys, "new-class", "classes/spring")
    assert named.replace("status", "bundle") in done(course, capsys, "new-class", str(tmp_path / "spring"))


def test_what_scripts_read_is_plain_ascii(course: Course, capsys: pytest.CaptureFixture[str]) -> None:
    """Also where the console cannot show the name of a unit."""
    (course.source / "9-try").rename(course.source / "9-户口")
    said = run(course, capsys, "status", "--json")[1]
    assert said.isascii() and "9-户口" in [row["unit"] for row in json.loads(said)]


@pytest.mark.parametrize("letters", ["cp1252", "cp437"])
def test_a_console_of_few_letters_shows_what_it_can(course: Course, letters: str) -> None:
    """As when output is redirected on Windows."""

    def typed(*words: str) -> str:
        command = [sys.executable, "-c", "from coursekit.cli import main; main()", *words]
        ran = subprocess.run(
            [*command, "--course-dir", str(course.root)],
            env=os.environ | {"PYTHONIOENCODING": letters, "PYTHONUTF8": "0"},
            capture_output=True, check=False,
        )  # fmt: skip
        assert b"fault in the program" not in ran.stderr, ran.stderr
        return (ran.stdout + ran.stderr).decode(letters)

    text = course.manuscript / "assignments" / "9-try" / "exercises.yaml"
    text.write_text(text.read_text(encoding="utf-8").replace("Twice a number", "户口 ×2"), encoding="utf-8")
    release.build(course)
    assert typed("hint", "9", "1").startswith("?? ")
    assert "No question '??'." in typed("hint", "9", "户口")


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
