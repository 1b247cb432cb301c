"""Marks given by hand: by rubric, without names, into nbgrader's gradebook, and they stand."""

from __future__ import annotations

import datetime as dt
import json
import re
import shutil
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
import pytest
from marker import marking_page
from minicourse import make_course
from terminal import Terminal

from coursekit import classroom, late, marking, notebooks, release
from coursekit.agreement import agreement, kappa, linear
from coursekit.automatic import AutomaticMarks, NotebookMarks
from coursekit.course import Course, find_course
from coursekit.errors import CourseKitError, UnknownUnit
from coursekit.gradebook import open_book
from coursekit.handed_in import read_plans
from coursekit.marking import Marking, confirm_unchanged, written_questions
from coursekit.marking_page import MarkingServer

UNIT = "9-try"
ROOT = Path(__file__).resolve().parents[2]
STUDENTS = {"ada": "Because two threes are six.", "ben": "Because I say so.", "cem": "Two heaps of three."}


@pytest.fixture(scope="module")
def graded_class(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A class of three whose notebooks are graded; the written answers are open."""
    folder = tmp_path_factory.mktemp("marking")
    roster = folder / "students.csv"
    roster.write_text("id,first_name,last_name\nada,Ada,A\nben,Ben,B\ncem,Cem,C\n", encoding="utf-8")
    made = classroom.new_class(make_course(folder / "course"), folder / "class", roster, [UNIT], {}, False)
    release.release(made, UNIT)
    for student, text in STUDENTS.items():
        grade_by_hand(made, student, text)
    return made.root


@pytest.fixture
def taught(graded_class: Path, tmp_path: Path) -> Course:
    shutil.copytree(graded_class, tmp_path / "class")
    return Course(tmp_path / "class")


def grade_by_hand(made: Course, student: str, text: str) -> None:
    """What a grading run leaves behind: a notebook in autograded/ and automatic points in the gradebook."""
    nb = notebooks.load(made.source / UNIT / f"{UNIT}.ipynb")
    for cell in nb.cells:
        if cell.metadata.get("nbgrader", {}).get("grade_id") == "try-why":
            cell.source = text
    folder = made.autograded / student / UNIT
    folder.mkdir(parents=True, exist_ok=True)
    nbformat.write(nb, folder / f"{UNIT}.ipynb")
    with AutomaticMarks(made, UNIT) as book:
        book.register(read_plans(made, UNIT))
        book.write(student, {UNIT: NotebookMarks({"try-twice-check": 4.0, "try-why": None})}, None)


def grade_of(made: Course, student: str) -> tuple[float | None, bool, str | None]:
    with open_book(made) as book:
        grade = book.find_grade("try-why", UNIT, UNIT, student)
        comment = book.find_comment("try-why", UNIT, UNIT, student).manual_comment
        return grade.manual_score, grade.needs_manual_grade, comment


def id_of(desk: Marking, student: str) -> str:
    return next(answer.id for answer in desk.answers() if answer.student == student)


@pytest.mark.parametrize("unit", find_course(ROOT).units)
def test_every_rubric_of_the_course_adds_up_to_its_points(unit: str) -> None:
    for question in written_questions(find_course(ROOT), unit):
        highest = [len(criterion["levels"]) - 1 for criterion in question.criteria]
        assert question.score(list(highest)) == question.points, question.grade_id
        assert question.score([0] * len(highest)) == 0
        for criterion in question.criteria:
            points = [level["points"] for level in criterion["levels"]]
            assert points == sorted(points), (question.grade_id, criterion["name"])
            assert all(set(level) == {"points", "text"} for level in criterion["levels"])
            assert len(points) <= 9  # one number key each


def test_a_mark_lands_in_the_gradebook(taught: Course) -> None:
    desk = Marking(taught, UNIT, "Mo")
    assert desk.save(id_of(desk, "ada"), [1], "Good.") == 2.0
    assert grade_of(taught, "ada") == (2.0, False, "Good.")
    assert grade_of(taught, "ben") == (None, True, None)
    (row,) = classroom.status(taught)
    assert (row.graded, row.to_mark) == (3, 2)


def test_an_open_criterion_is_kept_but_is_no_mark(taught: Course) -> None:
    desk = Marking(taught, UNIT, "Mo")
    assert desk.save(id_of(desk, "ben"), [None], "Think about it.") is None
    assert grade_of(taught, "ben") == (None, True, "Think about it.")


def test_the_page_knows_no_names(taught: Course) -> None:
    desk = Marking(taught, UNIT, "Mo")
    told = json.dumps(desk.state())
    assert not [name for name in ("ada", "ben", "cem", "Ada A") if name in told]
    assert desk.name_of(id_of(desk, "ada")) == "Ada A (ada)"


def test_the_order_is_the_same_every_time_and_not_the_rosters(taught: Course) -> None:
    for student in (f"s{n}" for n in range(12)):
        grade_by_hand(taught, student, "An answer.")
    orders = {role: [a.student for a in Marking(taught, UNIT, "Mo", role).answers()] for role in marking.ROLES}
    assert orders["first"] == [a.student for a in Marking(taught, UNIT, "Mo").answers()]
    assert orders["first"] != sorted(orders["first"])
    assert orders["first"] != orders["second"]


def test_a_mark_survives_a_regrade_and_asks_again_only_for_a_new_answer(taught: Course) -> None:
    desk = Marking(taught, UNIT, "Mo")
    for student in ("ada", "ben"):
        desk.save(id_of(desk, student), [1], "")
    grade_by_hand(taught, "ada", STUDENTS["ada"])
    grade_by_hand(taught, "ben", "Another answer.")
    assert [grade_of(taught, s)[:2] for s in ("ada", "ben")] == [(2.0, True), (2.0, True)]
    assert confirm_unchanged(taught, UNIT) == 1
    assert [grade_of(taught, s)[:2] for s in ("ada", "ben")] == [(2.0, False), (2.0, True)]


def test_a_mark_changed_in_formgrader_is_shown_as_such(taught: Course) -> None:
    desk = Marking(taught, UNIT, "Mo")
    desk.save(id_of(desk, "cem"), [1], "")
    with open_book(taught) as book:
        book.find_grade("try-why", UNIT, UNIT, "cem").manual_score = 0.5
        book.db.commit()
    shown = next(a for a in desk.state()["answers"] if a["id"] == id_of(desk, "cem"))
    assert (shown["score"], shown["levels"], shown["done"]) == (0.5, [None], True)


def test_a_second_marker_is_blind_and_changes_no_points(taught: Course) -> None:
    first, second = Marking(taught, UNIT, "Mo"), Marking(taught, UNIT, "Jo", "second")
    for student, level in {"ada": 1, "ben": 0, "cem": 1}.items():
        first.save(id_of(first, student), [level], "seen by the first")
    assert "seen by the first" not in json.dumps(second.state()["answers"])
    for student, level in {"ada": 1, "ben": 0, "cem": 0}.items():
        second.save(id_of(second, student), [level], "")
    assert grade_of(taught, "cem")[0] == 2.0
    found = agreement(taught, UNIT)
    (criterion,) = found.criteria
    assert (criterion.answers, criterion.same) == (3, 2)
    assert criterion.plain == pytest.approx(0.4)  # 2/3 seen, 4/9 by chance
    assert [(d.student, d.first, d.second) for d in found.differences] == [("cem", 2.0, 0.0)]


def test_the_comparison_for_scripts_is_plain_ascii(taught: Course, terminal: Terminal) -> None:
    grade_by_hand(taught, "李", "Because it is so.")
    for role, level in (("first", 1), ("second", 0)):
        desk = Marking(taught, UNIT, "Mo", role)
        desk.save(id_of(desk, "李"), [level], "")
    said = terminal("agreement", "try", "--json", "--course-dir", taught.root)
    assert said.isascii() and json.loads(said)["differences"][0]["student"] == "李"


def test_marks_by_an_older_rubric_are_not_compared_and_can_be_given_anew(taught: Course, terminal: Terminal) -> None:
    first, second = Marking(taught, UNIT, "Mo"), Marking(taught, UNIT, "Jo", "second")
    for desk in (first, second):
        desk.save(id_of(desk, "ada"), [1], "")
    path = taught.source / UNIT / f"{UNIT}.ipynb"
    nb = notebooks.load(path)
    for cell in nb.cells:
        if "rubric" in cell.metadata:
            cell.metadata["rubric"]["criteria"] *= 2
    path.write_bytes(notebooks.dump(nb))
    assert "No answer of '9-try' has two marks yet" in terminal(
        "agreement", "try", "--course-dir", taught.root, status=2
    )
    for role, done in (("first", True), ("second", False)):  # the first one's points stand in the gradebook
        desk = Marking(taught, UNIT, "Mo", role)
        shown = next(a for a in desk.state()["answers"] if a["id"] == id_of(desk, "ada"))
        assert (shown["levels"], shown["done"]) == ([None, None], done)


def test_no_answer_with_two_marks_is_one_clear_sentence(taught: Course) -> None:
    with pytest.raises(CourseKitError, match="'course mark 9-try --second'"):
        agreement(taught, UNIT)


def test_kappa_of_cohens_own_example() -> None:
    """Cohen 1968, Psychological Bulletin 70(4): kappa .492, weighted kappa .348 with the weights given there."""
    shares = np.array([[0.44, 0.07, 0.09], [0.05, 0.20, 0.05], [0.01, 0.03, 0.06]])
    weights = np.array([[0, 1, 3], [1, 0, 6], [3, 6, 0]])
    assert kappa(shares) == pytest.approx(0.492, abs=5e-4)
    assert kappa(shares, weights) == pytest.approx(0.348, abs=5e-4)


def test_kappa_at_its_ends() -> None:
    assert kappa(np.diag([3, 4, 5]), linear(3)) == 1.0
    assert kappa(np.outer([1, 2, 3], [2, 2, 2]), linear(3)) == pytest.approx(0.0)
    assert kappa(np.diag([7, 0])) is None
    near, far = np.array([[5, 1, 0], [0, 5, 0], [0, 0, 5]]), np.array([[5, 0, 1], [0, 5, 0], [0, 0, 5]])
    assert kappa(near, linear(3)) > kappa(far, linear(3))


@pytest.mark.parametrize(
    ("levels", "says"), [([5], "levels 1 to 2, not 6"), ([-1], "levels 1 to 2"), ([1, 1], "1 criteria, but 2")]
)
def test_a_level_that_there_is_not(taught: Course, levels: list[int], says: str) -> None:
    desk = Marking(taught, UNIT, "Mo")
    with pytest.raises(CourseKitError, match=says):
        desk.save(id_of(desk, "ada"), list(levels), "")
    assert grade_of(taught, "ada") == (None, True, None)


def test_an_unknown_answer_and_an_ungraded_unit(taught: Course) -> None:
    with pytest.raises(UnknownUnit, match="Load the page again"):
        Marking(taught, UNIT, "Mo").save("ffff", [1], "")
    with open_book(taught) as book:
        for student in STUDENTS:
            book.remove_submission(UNIT, student)
    with pytest.raises(CourseKitError, match="Nothing is graded for '9-try' yet"):
        Marking(taught, UNIT, "Mo").answers()


# ---- the page's server ----


@pytest.fixture
def server(taught: Course) -> Iterator[MarkingServer]:
    with marking_page(taught, UNIT) as server:
        yield server


def ask(server: MarkingServer, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
    sent = {"X-Token": server.token, **{k.replace("_", "-"): v for k, v in headers.items()}}
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"http://127.0.0.1:{server.server_address[1]}{path}", data, sent)
    try:
        with urllib.request.urlopen(request, timeout=20) as reply:
            return reply.status, json.loads(reply.read())
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.loads(error.read())


def test_the_page_saves_and_asks_for_nothing_elsewhere(server: MarkingServer, taught: Course) -> None:
    with urllib.request.urlopen(server.address, timeout=20) as reply:
        text, policy = reply.read().decode(), reply.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "http://" not in text and "https://" not in text
    answer = ask(server, "/state")[1]["answers"][0]["id"]
    assert ask(server, "/save", {"answer": answer, "levels": [1], "comment": "Good."}) == (200, {"score": 2.0})
    assert ask(server, "/keep", {"question": "try-why", "comment": "Good."}) == (200, {"comments": ["Good."]})
    assert "Good." in ask(server, "/state")[1]["questions"][0]["comments"]
    assert classroom.status(taught)[0].to_mark == 2


def test_nothing_is_answered_without_the_secret_word_or_to_another_site(server: MarkingServer) -> None:
    assert ask(server, "/state", X_Token="guess")[0] == 403
    assert ask(server, "/state", Host="evil.example:80")[0] == 403
    assert ask(server, "/save", {"answer": "x", "levels": [1], "comment": ""}, X_Token="")[0] == 403


def test_what_the_server_cannot_use_is_a_sentence(server: MarkingServer) -> None:
    assert ask(server, "/save", {"levels": []})[0] == 400
    assert ask(server, "/save", {"answer": "ffff", "levels": [1], "comment": ""})[0] == 409
    assert ask(server, "/nowhere")[0] == 404


def start_marking(taught: Course, *words: str) -> tuple[subprocess.Popen[str], str]:
    """`course mark` as a program of its own, and the address that it prints."""
    command = [str(Path(sys.executable).with_name("course")), "mark", "try", "--no-browser", *words]
    signal.signal(signal.SIGINT, signal.default_int_handler)  # tests that run in the background are told to ignore it
    process = subprocess.Popen(
        command, cwd=taught.root, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8"
    )
    assert process.stdout is not None
    for line in process.stdout:
        found = re.search(r"http://127\.0\.0\.1:\d+/\?token=\S+", line)
        if found:
            return process, found.group()
    raise AssertionError("course mark printed no address")


@pytest.mark.parametrize(
    ("marked", "says"),
    [
        (1, "What you marked is kept. Not marked yet: 2 answers. Next: 'course mark try' again."),
        (3, "All are marked. Next: 'course feedback try'."),
    ],
)
def test_ctrl_c_closes_the_page_with_a_sentence_and_keeps_the_marks(taught: Course, marked: int, says: str) -> None:
    process, address = start_marking(taught)
    base, _, token = address.partition("/?token=")

    def post(path: str, body: Any = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        with urllib.request.urlopen(urllib.request.Request(base + path, data, {"X-Token": token}), timeout=60) as reply:
            return json.loads(reply.read())

    for answer in post("/state")["answers"][:marked]:
        assert post("/save", {"answer": answer["id"], "levels": [1], "comment": ""}) == {"score": 2.0}
    process.send_signal(signal.SIGINT)
    said, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    assert "Traceback" not in said and said.strip().splitlines()[-1] == says
    assert classroom.status(taught)[0].to_mark == 3 - marked
    with pytest.raises(urllib.error.URLError):
        urllib.request.urlopen(address, timeout=20)


def test_a_port_in_use_is_one_clear_sentence(taught: Course, server: MarkingServer, terminal: Terminal) -> None:
    port = server.server_address[1]
    said = terminal("mark", "try", "--no-browser", "--port", port, "--course-dir", taught.root, status=2)
    assert f"Port {port} cannot be used" in said and "Leave --port out" in said


def test_a_full_disk_is_said_and_loses_nothing(
    server: MarkingServer, taught: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = ask(server, "/state")[1]["answers"][0]["id"]
    ask(server, "/save", {"answer": answer, "levels": [1], "comment": "first"})

    def full(*_: Any, **__: Any) -> None:
        raise OSError(28, "No space left on device", "first.json.half")

    monkeypatch.setattr(Path, "write_text", full)
    status, told = ask(server, "/save", {"answer": answer, "levels": [0], "comment": ""})
    assert status == 507 and "No space left on device" in told["error"]
    monkeypatch.undo()
    assert marking.read_marks(marking.marks_file(taught, UNIT, "first"))[answer]["comment"] == "first"


# ---- lateness ----


def test_late_days_grace_extension_and_marks_by_hand(taught: Course) -> None:
    config = taught.config
    config.AssignLatePenalties.plugin_class = "coursekit.late.LateDays"
    config.LateDays.days_of_grace, config.LateDays.penalty_share_per_day = 1.0, 0.25
    late.set_due(taught, UNIT, dt.datetime(2027, 2, 1, 12))
    with AutomaticMarks(taught, UNIT) as book:
        book.register(read_plans(taught, UNIT))
        for student, day in {"ada": 1, "ben": 2, "cem": 4}.items():
            marks = {UNIT: NotebookMarks({"try-twice-check": 4.0, "try-why": None})}
            book.write(student, marks, dt.datetime(2027, 2, day, 11, 59))
    late.settle(taught, UNIT)
    assert penalties(taught) == {"ada": 0.0, "ben": 0.0, "cem": 2.0}  # 2 days counted of 3 late: half of 4
    desk = Marking(taught, UNIT, "Mo")
    desk.save(id_of(desk, "cem"), [1], "")
    late.settle(taught, UNIT)
    assert penalties(taught)["cem"] == 3.0
    late.extend(taught, UNIT, "cem", dt.datetime(2027, 2, 3, 12))
    assert penalties(taught)["cem"] == 0.0
    late.extend(taught, UNIT, "cem", dt.datetime(2027, 2, 2, 12))
    assert penalties(taught)["cem"] == 1.5


def penalties(made: Course) -> dict[str, float]:
    with open_book(made) as book:
        return {s.student_id: float(s.late_submission_penalty or 0) for s in book.assignment_submissions(UNIT)}


def test_an_extension_needs_a_student_and_a_later_day(taught: Course) -> None:
    with pytest.raises(CourseKitError, match="has no due date"):
        late.extend(taught, UNIT, "ada", dt.datetime(2027, 2, 1))
    late.set_due(taught, UNIT, dt.datetime(2027, 2, 1))
    with pytest.raises(CourseKitError, match="Did you mean ada"):
        late.extend(taught, UNIT, "adda", dt.datetime(2027, 2, 2))
    with pytest.raises(CourseKitError, match="before the due date"):
        late.extend(taught, UNIT, "ada", dt.datetime(2027, 1, 2))
