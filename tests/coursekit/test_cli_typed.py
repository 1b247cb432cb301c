"""What is typed wrongly, or not typed at all, is told in sentences; what would lose work is refused."""

from __future__ import annotations

import pytest
from terminal import Terminal

from coursekit import cli, desk
from coursekit.course import Course


@pytest.mark.parametrize("place", ["assignments", "work"])
def test_import_refuses_a_copy_without_answers(course: Course, terminal: Terminal, place: str) -> None:
    """It would erase the key from the manuscript."""
    path = course.release / "9-try" / "9-try.ipynb" if place == "assignments" else desk.notebook(course, "9-try")
    manuscript = course.manuscript / "assignments" / "9-try" / "9-try.md"
    before = manuscript.read_bytes()
    said = terminal("import", path, "--course-dir", course.root, status=2)
    assert "is a student version without answers. Edit the one in solutions/." in said
    assert manuscript.read_bytes() == before


def test_without_a_word_the_commands_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        cli.main([])
    said = capsys.readouterr()
    assert stopped.value.code == 0 and said.err == ""
    assert said.out.startswith("Usage: course") and said.out.endswith(f"{cli.AUTHOR['import'][1]}\n")


@pytest.mark.parametrize("words", [["check"], ["check", "9", "9"], ["--foo"]], ids=" ".join)
def test_a_command_typed_wrongly_is_sentences(capsys: pytest.CaptureFixture[str], words: list[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        cli.main(words)
    said = capsys.readouterr().err
    assert stopped.value.code == 2
    assert said.startswith("course: ") and said.endswith(". Add --help to see how the command is used.\n")
