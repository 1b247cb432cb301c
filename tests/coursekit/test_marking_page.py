"""The marking page: what its server answers, to whom, and how it is closed."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from handmarked import UNIT
from marker import marking_page
from terminal import Terminal

from coursekit import classroom
from coursekit.class_files import read_marks
from coursekit.course import Course
from coursekit.marking_page import MarkingServer


@pytest.fixture
def server(answered: Course) -> Iterator[MarkingServer]:
    with marking_page(answered, UNIT) as server:
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


def test_the_page_saves_and_asks_for_nothing_elsewhere(server: MarkingServer, answered: Course) -> None:
    with urllib.request.urlopen(server.address, timeout=20) as reply:
        text, policy = reply.read().decode(), reply.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "http://" not in text and "https://" not in text
    answer = ask(server, "/state")[1]["answers"][0]["id"]
    assert ask(server, "/save", {"answer": answer, "levels": [1], "comment": "Good."}) == (200, {"score": 2.0})
    assert ask(server, "/keep", {"question": "try-why", "comment": "Good."}) == (200, {"comments": ["Good."]})
    assert "Good." in ask(server, "/state")[1]["questions"][0]["comments"]
    assert classroom.status(answered)[0].to_mark == 2


def test_nothing_is_answered_without_the_secret_word_or_to_another_site(server: MarkingServer) -> None:
    assert ask(server, "/state", X_Token="guess")[0] == 403
    assert ask(server, "/state", Host="evil.example:80")[0] == 403
    assert ask(server, "/save", {"answer": "x", "levels": [1], "comment": ""}, X_Token="")[0] == 403


def test_what_the_server_cannot_use_is_a_sentence(server: MarkingServer) -> None:
    assert ask(server, "/save", {"levels": []})[0] == 400
    assert ask(server, "/save", {"answer": "ffff", "levels": [1], "comment": ""})[0] == 409
    assert ask(server, "/nowhere")[0] == 404


def start_marking(answered: Course, *words: str) -> tuple[subprocess.Popen[str], str]:
    """`course mark` as a program of its own, and the address that it prints."""
    command = [str(Path(sys.executable).with_name("course")), "mark", "try", "--no-browser", *words]
    signal.signal(signal.SIGINT, signal.default_int_handler)  # tests that run in the background are told to ignore it
    process = subprocess.Popen(
        command, cwd=answered.root, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8"
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
def test_ctrl_c_closes_the_page_with_a_sentence_and_keeps_the_marks(answered: Course, marked: int, says: str) -> None:
    process, address = start_marking(answered)
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
    assert classroom.status(answered)[0].to_mark == 3 - marked
    with pytest.raises(urllib.error.URLError):
        urllib.request.urlopen(address, timeout=20)


def test_a_port_in_use_is_one_clear_sentence(answered: Course, server: MarkingServer, terminal: Terminal) -> None:
    port = server.server_address[1]
    said = terminal("mark", "try", "--no-browser", "--port", port, "--course-dir", answered.root, status=2)
    assert f"Port {port} cannot be used" in said and "Leave --port out" in said


def test_a_full_disk_is_said_and_loses_nothing(
    server: MarkingServer, answered: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = ask(server, "/state")[1]["answers"][0]["id"]
    ask(server, "/save", {"answer": answer, "levels": [1], "comment": "first"})

    def full(*_: Any, **__: Any) -> None:
        raise OSError(28, "No space left on device", "first.json.half")

    monkeypatch.setattr(Path, "write_text", full)
    status, told = ask(server, "/save", {"answer": answer, "levels": [0], "comment": ""})
    assert status == 507 and "No space left on device" in told["error"]
    monkeypatch.undo()
    assert read_marks(answered, UNIT, "first")[answer]["comment"] == "first"
