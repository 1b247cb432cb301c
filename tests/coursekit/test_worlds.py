"""Several notebooks at once, processes that end in the middle, and places that student code must not see."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from plain import check, code, hand_in, notebook, solution, write_course

from coursekit import sandbox
from coursekit.course import Course
from coursekit.errors import CourseKitError
from coursekit.jobs import grade
from coursekit.worlds import grade_notebook, single, warm
from coursekit.worlds.channel import ChannelTimeout
from coursekit.worlds.host import Worlds
from coursekit.worlds.planning import make_plan


def asked(answer: str, *more: nbformat.NotebookNode) -> nbformat.NotebookNode:
    return notebook(*more, solution("x", answer, marked=False), check("x-check", 2, "assert x == 1"))


def course(root: Path) -> Path:
    nb = notebook(solution("x", "x = 1"), check("x-check", 2, "assert x == 1"))
    return write_course(root, "one", nb, timeout_seconds=10) / "source" / "one" / "one.ipynb"


@pytest.fixture
def worlds(tmp_path: Path) -> Iterator[Worlds]:
    with Worlds([make_plan(course(tmp_path))], sandbox.choose()) as opened:
        yield opened


def points(result: dict[str, Any]) -> Any:
    return result["failed"] or result["cells"]["x-check"]["score"]


def graded(worlds: Worlds) -> Any:
    return points(worlds.grade("one", nbformat.writes(asked("x = 1")).encode()))


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("x = 1 / 0", "Your code stopped with ZeroDivisionError: division by zero."),
        ("x = \u201c1\u201d", "Your code stopped with SyntaxError: invalid character"),
        ("import os\nos._exit(0)\nx = 1", "It ended the Python process"),
        ("y = 1", "keep the name that the question asks for."),
    ],
)
def test_an_answer_that_made_no_name_is_told_what_stopped_it(worlds: Worlds, answer: str, said: str) -> None:
    result = worlds.grade("one", nbformat.writes(asked(answer)).encode())
    assert said in result["cells"]["x-check"]["message"]


def test_no_submission_loads_a_part_of_the_grader_that_was_not_there_before_the_fork(worlds: Worlds) -> None:
    listing = "import sys\nprint(*[name for name in sys.modules if name.startswith('coursekit')])"
    warmed = f"from coursekit.worlds import warm\nwarm.warm_up([])\nwarm.load_before_forking()\n{listing}"
    before = subprocess.run([sys.executable, "-c", warmed], capture_output=True, text=True, check=True).stdout.split()
    result = worlds.grade("one", nbformat.writes(asked(f"{listing}\nx = 1")).encode())
    (answer,) = [cell for cell in result["notebook"]["cells"] if cell["source"].startswith(listing)]
    after = answer["outputs"][0]["text"].split()
    assert "coursekit.worlds.student" in after and set(after) <= set(before)


def test_no_check_loads_a_part_of_the_grader_that_was_not_there_before_the_fork(tmp_path: Path) -> None:
    held = code(
        "import sys\nsys.held = set(sys.modules)"
    )  # run before the fork, as all that stands before the first check
    listing = (
        "assert x == 1\nprint([name for name in sys.modules if name.startswith('coursekit') and name not in sys.held])"
    )
    nb = notebook(held, solution("x", "x = 1"), check("x-check", 2, listing))
    source = write_course(tmp_path, "one", nb, timeout_seconds=10) / "source" / "one" / "one.ipynb"
    with Worlds([make_plan(source)], sandbox.choose()) as opened:
        cells = opened.grade("one", source.read_bytes())["notebook"]["cells"]
    assert [output["text"] for output in cells[-1]["outputs"]] == ["[]\n"]


@pytest.mark.parametrize("role", ["student", "reference"])
def test_a_process_that_ended_is_started_again(worlds: Worlds, role: str) -> None:
    assert graded(worlds) == 2
    worlds._processes[role].kill()
    worlds._processes[role].wait()
    assert graded(worlds) == 2


@pytest.mark.parametrize("role", ["student", "reference"])
def test_a_process_that_is_still_ending_is_not_taken_for_one_that_works(worlds: Worlds, role: str) -> None:
    """It refuses connections before the system says that it has ended: 'Connection refused', twice, was the result."""
    assert graded(worlds) == 2
    process = worlds._processes[role]
    process.kill()
    process.wait()
    process.poll = lambda: None  # type: ignore[method-assign]
    assert graded(worlds) == 2


def test_what_ran_to_the_end_of_all_limits_tells_its_walls_and_is_not_tried_again(
    worlds: Worlds, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert graded(worlds) == 2

    def never(question: Any, plan: Any) -> Any:
        raise ChannelTimeout

    monkeypatch.setattr(worlds, "_ask", never)
    result = worlds.grade("one", b"{}")
    assert result["walls"] == worlds.walls and "seccomp" in result["walls"]
    assert "longer than all its limits" in result["failed"] and not result.get("again")


def test_many_ask_while_a_process_is_started_again(worlds: Worlds) -> None:
    assert graded(worlds) == 2
    found: list[Any] = []
    for process in list(worlds._processes.values()):
        process.kill()
    askers = [threading.Thread(target=lambda: found.append(graded(worlds))) for _ in range(6)]
    for asker in askers:
        asker.start()
    for asker in askers:
        asker.join()
    assert found == [2] * 6


def test_a_notebook_that_changes_while_it_is_checked_does_not_end_that_check(tmp_path: Path) -> None:
    source = course(tmp_path)
    assert points(grade_notebook(source, dict(asked("x = 1")))) == 2
    started, found = threading.Event(), []
    slow = asked("x = 1", code("import time\nfor _ in range(20): time.sleep(0.1)"))
    real = Worlds.grade

    def announce(self: Worlds, *args: Any, **kwargs: Any) -> Any:
        started.set()
        return real(self, *args, **kwargs)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Worlds, "grade", announce)
        asker = threading.Thread(target=lambda: found.append(points(grade_notebook(source, dict(slow)))))
        asker.start()
        assert started.wait(60)
    os.utime(source, ns=(1, 1))  # an author saved it: new worlds are opened, the old ones closed
    assert points(grade_notebook(source, dict(asked("x = 1")))) == 2
    asker.join()
    assert found == [2]


def test_worlds_that_were_not_used_for_long_are_closed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(single, "OPEN_MAX", 1)
    sources = [course(tmp_path / name) for name in ("a", "b")]
    for source in (*sources, sources[1]):
        assert points(grade_notebook(source, nbformat.writes(asked("x = 1")).encode())) == 2
        (key,) = single._open
        assert key[0] == source


def test_several_courses_in_one_process_from_several_threads(tmp_path: Path) -> None:
    sources = [course(tmp_path / name) for name in ("first", "second")]
    found: list[Any] = []

    def ask(turn: int) -> None:
        for step in range(4):
            found.append(points(grade_notebook(sources[(turn + step) % 2], dict(asked("x = 1")))))

    askers = [threading.Thread(target=ask, args=(turn,)) for turn in range(3)]
    for asker in askers:
        asker.start()
    for asker in askers:
        asker.join()
    assert found == [2] * 12


def test_without_namespaces_a_submission_opens_no_folder_but_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COURSEKIT_NO_NAMESPACES", "1")
    look = code(
        "import os\nup = os.path.dirname(os.getcwd())\n"
        "try: print(open(up + '/classmate/work.txt').read())\nexcept OSError as error: print('shut', error.errno)\n"
        "try: print(os.listdir(up))\nexcept OSError as error: print('shut', error.errno)"
    )
    choice = sandbox.choose(without_bubblewrap=True)
    with Worlds([make_plan(course(tmp_path))], choice) as opened:
        shared = opened._folder / "submission"
        (shared / "classmate").mkdir(mode=0o777)
        (shared / "classmate" / "work.txt").write_text("a classmate's answer")
        result = opened.grade("one", nbformat.writes(asked("x = 1", look)).encode())
        assert points(result) == 2
        assert result["notebook"]["cells"][0]["outputs"][0]["text"] == "shut 13\nshut 13\n"
        assert "processes" not in opened.walls and "landlock" in opened.walls
        for _ in range(200):  # the folder goes when the submission's processes have ended
            if [path.name for path in shared.iterdir()] == ["classmate"]:
                break
            threading.Event().wait(0.05)
        assert [path.name for path in shared.iterdir()] == ["classmate"]


def test_no_room_for_the_worlds_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = make_plan(course(tmp_path))

    def full(*_: Any, **__: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("coursekit.worlds.host.shutil.copytree", full)
    with (
        pytest.raises(CourseKitError, match=r"could not set it up \(No space left on device\)\. Make room there"),
        Worlds([plan], sandbox.choose(), files=tmp_path),
    ):
        raise AssertionError("not reached")


def test_without_any_temporary_folder_there_is_one_sentence_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = make_plan(course(tmp_path))

    def none() -> str:
        raise FileNotFoundError(2, "No usable temporary directory found in ['/tmp']")

    monkeypatch.setattr("tempfile.gettempdir", none)
    with pytest.raises(CourseKitError, match=r"No usable temporary directory .*name another place in TMPDIR"):
        Worlds([plan], sandbox.choose()).__enter__()


def test_a_warm_process_that_cannot_fork_hangs_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever asked may ask again at once; an open connection without anybody behind it is waited for to the end."""
    with tempfile.TemporaryDirectory() as folder, socket.socket(socket.AF_UNIX) as listener:
        listener.bind(f"{folder}/here")
        listener.listen()
        lifeline, hold = os.pipe()
        heard: list[bytes] = []

        def ask() -> None:
            with socket.socket(socket.AF_UNIX) as asker:
                asker.settimeout(30)
                asker.connect(f"{folder}/here")
                try:
                    heard.append(asker.recv(1))
                finally:
                    os.close(hold)  # ends the loop of the process

        def refused() -> int:
            raise BlockingIOError(11, "Resource temporarily unavailable")

        monkeypatch.setattr(warm.os, "fork", refused)
        monkeypatch.setattr(warm.gc, "freeze", lambda: None)
        monkeypatch.setattr(warm.signal, "signal", lambda *_: None)
        asker = threading.Thread(target=ask)
        asker.start()
        warm.serve(listener, lifeline, lambda connection: None)
        asker.join()
        os.close(lifeline)
        assert heard == [b""]


def test_what_answers_and_hidden_checks_import_is_not_in_the_students_world(tmp_path: Path) -> None:
    """A library that is loaded already would tell how the question is answered."""
    answer = solution("x", "import colorsys\nx = 1")
    hidden = check(
        "x-check", 2, "import wave\nassert x == 1\n### BEGIN HIDDEN TESTS\nimport sched\n### END HIDDEN TESTS"
    )
    root = write_course(tmp_path, "one", notebook(answer, hidden), timeout_seconds=10)
    plan = make_plan(root / "source" / "one" / "one.ipynb")
    assert plan.imports == ["import wave"]
    assert plan.all_imports == ["import colorsys", "import sched", "import wave"]
    look = code("import sys\nprint([name for name in ('colorsys', 'sched', 'wave') if name in sys.modules])")
    with Worlds([plan], sandbox.choose()) as opened:
        handed = notebook(look, solution("x", "x = 1", marked=False), check("x-check", 2, "import wave\nassert x == 1"))
        result = opened.grade("one", nbformat.writes(handed).encode())
    assert points(result) == 2
    assert result["notebook"]["cells"][0]["outputs"][0]["text"] == "['wave']\n"


def test_a_callback_that_is_given_what_cannot_travel_is_an_error_and_no_forgery(tmp_path: Path) -> None:
    """The student hands a module to a function of the check: a mistake."""
    answer, honest = "def use(f):\n    return f(2)", "import math\ndef use(f):\n    return f(math)"
    test = check("x-check", 2, "assert use(lambda n: n + 1) == 3")
    root = write_course(tmp_path, "one", notebook(solution("x", answer), test), timeout_seconds=10)
    with Worlds([make_plan(root / "source" / "one" / "one.ipynb")], sandbox.choose()) as opened:
        handed = notebook(solution("x", honest, marked=False), test)
        result = opened.grade("one", nbformat.writes(handed).encode())
    assert (points(result), result["flags"], result["repairs"]) == (0, [], [])
    assert "module" in result["cells"]["x-check"]["message"]


def test_a_function_of_a_check_is_not_called_when_the_check_is_over(tmp_path: Path) -> None:
    """There is no alarm then: the sum of a very long range would stop the grader until the limit of all limits."""
    test = check("x-check", 2, "assert use(lambda n: sum(range(n))) == 3")
    root = write_course(
        tmp_path, "one", notebook(solution("x", "def use(f):\n    return f(3)"), test), timeout_seconds=10
    )
    keep = solution("x", "kept = []\ndef use(f):\n    kept.append(f)\n    return f(3)", marked=False)
    with Worlds([make_plan(root / "source" / "one" / "one.ipynb")], sandbox.choose()) as opened:
        result = opened.grade("one", nbformat.writes(notebook(keep, test, code("kept[0](10**14)"))).encode())
    assert points(result) == 2
    assert "a check that is over" in result["notebook"]["cells"][2]["outputs"][0]["evalue"]


def test_a_temporary_folder_with_a_very_long_name_is_no_hindrance(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    long = tmp_path / ("a" * 100)
    long.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(long))
    with Worlds([make_plan(course(tmp_path))], sandbox.choose()) as opened:
        opened.wait()


def test_a_grader_started_from_inside_the_course_does_not_show_the_course(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A script's own folder stands first among the places to import from; it may hold the answers."""
    source = course(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.syspath_prepend(source.parent)
    hand_in(tmp_path, "ana", "one", asked("x = 1", code(f"print(open({str(source)!r}).read())")))
    row = grade(Course(tmp_path), "one").submissions[0]
    assert (row["score"], row["status"]) == (2, "flagged")
    assert "BEGIN SOLUTION" not in (tmp_path / "autograded" / "ana" / "one" / "one.ipynb").read_text()
    assert str(tmp_path) in sandbox.python_places()
    assert str(tmp_path) not in sandbox.python_places((str(source.parent),))
    assert sys.prefix in sandbox.python_places((str(source.parent),))
