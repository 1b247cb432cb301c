"""The server of `course lab` passes on at once what a kernel says, and spares the page the lamp of a quick answer."""

from __future__ import annotations

import json
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection

from coursekit import lab
from coursekit.lab_server import PromptConnection, slider_state


def said(kind: str, parent: str, **content: object) -> list[bytes]:
    """A message of a kernel as its parts."""
    return [json.dumps(part).encode() for part in ({"msg_type": kind}, {"msg_type": parent}, {}, content)]


def state(word: str, parent: str = "comm_msg") -> list[bytes]:
    return said("status", parent, execution_state=word)


UPDATE = said("comm_msg", "comm_msg", data={"state": {"value": "<svg></svg>"}})


class Clock:
    """Stands for the event loop: what is to be called later is called when a test says that the time has come."""

    def __init__(self) -> None:
        self.waiting: list[Callable[[], None]] = []

    def call_later(self, seconds: float, what: Callable[[], None]) -> Callable[[], None]:
        self.waiting.append(what)
        return what

    def remove_timeout(self, what: Callable[[], None]) -> None:
        self.waiting = [other for other in self.waiting if other != what]

    def strike(self) -> None:
        for what in list(self.waiting):
            what()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr("coursekit.lab_server.IOLoop", SimpleNamespace(current=lambda: made))
    return made


@pytest.fixture
def passed_on(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Messages as they reach the page."""
    messages: list[Any] = []
    monkeypatch.setattr(
        ZMQChannelsWebsocketConnection, "_on_zmq_reply", lambda _, stream, parts: messages.append(parts)
    )
    return messages


def send(connection: PromptConnection, *messages: Any) -> None:
    for message in messages:
        connection._on_zmq_reply("iopub", message)


def test_small_messages_are_not_gathered(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[bool] = []
    monkeypatch.setattr(ZMQChannelsWebsocketConnection, "connect", lambda self: "connected")
    monkeypatch.setattr(PromptConnection, "websocket_handler", SimpleNamespace(set_nodelay=told.append))
    assert (PromptConnection().connect(), told) == ("connected", [True])


def test_course_lab_uses_it(tmp_path: Any) -> None:
    name = f"{PromptConnection.__module__}.{PromptConnection.__name__}"
    words = lab.command(tmp_path, None, port=8888, browser=False)
    assert f"--ServerApp.kernel_websocket_connection_class={name}" in words


def test_a_quick_answer_lights_no_lamp(clock: Clock, passed_on: list[Any]) -> None:
    send(PromptConnection(), state("busy"), UPDATE, state("idle"))
    assert passed_on == [UPDATE, state("idle")]
    clock.strike()
    assert passed_on == [UPDATE, state("idle")]


def test_a_slow_answer_does(clock: Clock, passed_on: list[Any]) -> None:
    connection = PromptConnection()
    send(connection, state("busy"))
    clock.strike()
    send(connection, UPDATE, state("idle"))
    assert passed_on == [state("busy"), UPDATE, state("idle")]


def test_two_moves_in_a_row(clock: Clock, passed_on: list[Any]) -> None:
    send(PromptConnection(), state("busy"), state("idle"), state("busy"), UPDATE, state("idle"))
    assert passed_on == [state("idle"), UPDATE, state("idle")]
    assert clock.waiting == []


@pytest.mark.parametrize("message", [
    state("busy", "execute_request"), said("stream", "comm_msg", name="stdout", text='"execution_state": "busy"' + " " * 99),
    said("execute_result", "execute_request", data={}), {"msg_type": "status", "content": {"execution_state": "busy"}},
])  # fmt: skip
def test_everything_else_goes_through_at_once(clock: Clock, passed_on: list[Any], message: Any) -> None:
    assert slider_state(message) is None
    send(PromptConnection(), message)
    assert passed_on == [message]


def test_nothing_is_sent_to_a_page_that_has_gone(
    clock: Clock, passed_on: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ZMQChannelsWebsocketConnection, "disconnect", lambda self: None)
    connection = PromptConnection()
    send(connection, state("busy"))
    connection.disconnect()
    clock.strike()
    assert passed_on == []
