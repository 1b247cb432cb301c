"""How do two processes ask each other questions?

Length-prefixed JSON over a socket. Either side may ask while it is being asked (a check calls the student's function,
which calls back a function that the check handed over), so a wait for an answer also serves the other side's questions.
Nothing that arrives is ever unpickled or evaluated.
"""

from __future__ import annotations

import json
import secrets
import socket
import struct
import threading
import time
from collections.abc import Callable
from typing import Any

MESSAGE_BYTES_MAX = 96 * 1024 * 1024
TRUSTED_BYTES_MAX = 512 * 1024 * 1024  # between parts of the grader: a notebook of 100 MB must get through
NESTED_QUESTIONS_MAX = 50
_LENGTH = struct.Struct("!Q")


class ChannelTrouble(BaseException):
    """The conversation is over. Not an Exception: a check that expects an error must not take this for it."""


class ChannelClosed(ChannelTrouble):
    """The other side has gone."""


class ChannelTimeout(ChannelTrouble):
    """The other side did not answer in time."""


class ChannelBroken(ChannelTrouble):
    """What arrived is not what this side asked for."""


class ChannelFlooded(ChannelTrouble):
    """What arrives is more than is read: a huge value, which an honest mistake can make too."""


class Channel:
    """One end of a conversation.

    handle     called with each question of the other side, returns the answer; None where questions are not expected
    note       called with each remark of the other side, which needs no answer
    bytes_max  the longest message that is read
    """

    def __init__(
        self,
        sock: socket.socket,
        handle: Callable[[dict[str, Any]], Any] | None = None,
        note: Callable[[dict[str, Any]], None] | None = None,
        bytes_max: int = MESSAGE_BYTES_MAX,
    ) -> None:
        self._sock = sock
        self._bytes_max = bytes_max
        self._handle = handle
        self._note = note
        self._sending = threading.RLock()
        self._depth = 0
        self.trouble: ChannelTrouble | None = None

    def ask(self, question: dict[str, Any], seconds: float | None = None) -> dict[str, Any]:
        """The other side's answer, an object; ChannelTimeout after so many seconds, whatever arrives in between."""
        if self.trouble is not None:
            raise self.trouble
        deadline = None if seconds is None else time.monotonic() + seconds
        try:
            answer = self._converse(question, deadline)
            if not isinstance(answer, dict):
                raise ChannelBroken("An answer that is not an object.")
            return answer
        except ChannelTrouble as trouble:
            self.trouble = trouble
            raise

    def _converse(self, question: dict[str, Any], deadline: float | None) -> Any:
        token = secrets.token_hex(8)
        self._send({"ask": token, "body": question}, deadline)
        while True:
            message = self._receive(deadline)
            if "ask" in message:
                self._answer(message, deadline)
            elif message.get("re") == token:
                return message.get("body")
            else:
                raise ChannelBroken("An answer arrived to a question that nobody asked.")

    def tell(self, remark: dict[str, Any]) -> None:
        """Say something that needs no answer."""
        self._send({"note": remark}, None)

    def serve(self) -> None:
        """Answer questions until the other side hangs up."""
        while True:
            try:
                self._answer(self._receive(None), None)
            except ChannelClosed:
                return

    def close(self) -> None:
        self._sock.close()

    def _answer(self, message: dict[str, Any], deadline: float | None) -> None:
        if self._handle is None or "ask" not in message:
            raise ChannelBroken("A question arrived where none was expected.")
        if self._depth >= NESTED_QUESTIONS_MAX:
            raise ChannelBroken(f"More than {NESTED_QUESTIONS_MAX} calls are waiting for each other.")
        self._depth += 1
        try:
            body = self._handle(message["body"])
        except Exception as error:
            raise ChannelBroken(f"A question that cannot be answered ({type(error).__name__}: {error}).") from error
        finally:
            self._depth -= 1
        self._send({"re": message["ask"], "body": body}, deadline)

    def _send(self, message: dict[str, Any], deadline: float | None) -> None:
        data = json.dumps(message, separators=(",", ":")).encode()
        with self._sending:
            try:
                self._sock.settimeout(_remaining(deadline))
                self._sock.sendall(_LENGTH.pack(len(data)) + data)
            except TimeoutError as error:
                raise ChannelTimeout("The other side does not read.") from error
            except OSError as error:
                raise ChannelClosed(str(error)) from error

    def _receive(self, deadline: float | None) -> dict[str, Any]:
        """The next question or answer; remarks on the way are passed on."""
        while True:
            (length,) = _LENGTH.unpack(self._read(_LENGTH.size, deadline))
            if length > self._bytes_max:
                raise ChannelFlooded(f"{length:,} bytes; at most {self._bytes_max:,} are read")
            try:
                message = json.loads(self._read(length, deadline))
            except ValueError as error:
                raise ChannelBroken(f"A message that is not JSON: {error}") from error
            except RecursionError as error:  # this side may be deep in calls of its own: no proof of a forgery
                raise ChannelFlooded(f"{length:,} bytes, nested too deeply to be read") from error
            except MemoryError as error:
                raise ChannelFlooded(f"{length:,} bytes, and more memory than there is to read them") from error
            if not isinstance(message, dict):
                raise ChannelBroken("A message that is not an object.")
            if "note" not in message:
                return message
            if self._note is not None and isinstance(message["note"], dict):
                self._note(message["note"])

    def _read(self, count: int, deadline: float | None) -> bytes:
        chunks = []
        while count:
            try:
                self._sock.settimeout(_remaining(deadline))
                chunk = self._sock.recv(min(count, 1 << 20))
            except TimeoutError as error:
                raise ChannelTimeout("No answer in time.") from error
            except OSError as error:
                raise ChannelClosed(str(error)) from error
            if not chunk:
                raise ChannelClosed("The other side has gone.")
            chunks.append(chunk)
            count -= len(chunk)
        return b"".join(chunks)


def _remaining(deadline: float | None) -> float | None:
    if deadline is None:
        return None
    left = deadline - time.monotonic()
    if left <= 0:
        raise ChannelTimeout("No answer in time.")
    return left
