"""The world in which a student's cells run, and what it can be asked.

It runs cells, hands out values as plain data, keeps what is not plain behind numbers ("handles"), and carries out calls
on them. It knows no check, no expected value and no score. Everything it says is treated as untrusted by the other
side, so that code which takes this process over can only answer wrongly.
"""

from __future__ import annotations

import base64
import builtins
import hashlib
import io
import json
import os
import socket
import sys
from contextlib import suppress
from typing import Any

from coursekit.errors import counted
from coursekit.worlds.alarm import alarm
from coursekit.worlds.channel import Channel
from coursekit.worlds.handles import kinds_of, told_of
from coursekit.worlds.plain import Codec, NotPlain
from coursekit.worlds.remotes import ABILITIES
from coursekit.worlds.shell import QuietShell, brief_traceback, run_cell, safe_text
from coursekit.worlds.tampering import Snapshot

PRINTED_CHARS_MAX = 200_000
_CARRY_BACK = ("list", "dict", "set", "bytearray", "deque", "frame", "Counter", "OrderedDict")
_UNARY = ABILITIES - {"__call__", "__iter__", "__next__"} | {"__bool__", "__repr__", "__str__"}
_BINARY = {"__eq__", "__ne__", "__lt__", "__le__", "__gt__", "__ge__", "__add__", "__sub__", "__mul__", "__truediv__"}


class OutOfTime(KeyboardInterrupt):
    """The cell or call used up its time."""


class StudentWorld:
    """Serves one notebook until the other side hangs up."""

    def __init__(self, sock: socket.socket, shell: QuietShell, dataclasses_: list[str]) -> None:
        self.channel = Channel(sock, self._handle)
        self._shell = shell
        self._codec = Codec(dataclasses_, keep=self._keep, revive=self._revive)
        self._things: dict[int, Any] = {}
        self.walls: list[str] = []
        self._before = Snapshot(shell)

    def serve(self) -> None:
        self.channel.serve()

    # ---- questions ----

    def _handle(self, question: dict[str, Any]) -> Any:
        work = getattr(self, f"_do_{question['op']}")
        seconds = question.get("seconds")

        def ring() -> None:
            raise OutOfTime(f"Your code took longer than {counted(question['seconds'], 'second')}.")

        try:
            with alarm(seconds, ring):
                return work(question)
        except OutOfTime:
            return {"late": True}

    def _do_start(self, question: dict[str, Any]) -> dict[str, Any]:
        """Lay out the files that were handed in with the notebook. The answer: the walls that stand."""
        for name, data in question["files"].items():
            path = os.path.normpath(name)
            if os.path.isabs(path) or path.startswith("..") or os.path.exists(path):
                continue  # the instructor's file of the same name counts, as in nbgrader
            with suppress(FileExistsError, NotADirectoryError):  # so it does where its folder would be
                os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
                with open(path, "wb") as file:
                    file.write(base64.b64decode(data))
        return {"walls": self.walls}

    def tell_attempt(self, event: str, what: str) -> None:
        """Called by the audit hook before something happens that a notebook has no need of."""
        self.channel.tell({"event": event, "what": what})

    def _do_cell(self, question: dict[str, Any]) -> dict[str, Any]:
        """Run one cell. The answer: nbformat outputs and the name of the error, if any."""
        run = run_cell(self._shell, question["source"], on_error=brief_traceback)
        answer: dict[str, Any] = {"outputs": run.outputs, "error": None}
        if run.error is not None:
            answer["error"] = type(run.error).__name__
            answer["late"] = isinstance(run.error, OutOfTime)
        return answer

    def _do_get(self, question: dict[str, Any]) -> dict[str, Any]:
        """The values of names; a name that is not there is left out."""
        namespace = self._shell.user_ns
        found: dict[str, Any] = {}
        first: dict[int, str] = {}
        for name in question["names"]:
            if name in namespace:
                value = namespace[name]
                same = first.setdefault(id(value), name)
                if same != name and type(value) not in (int, float, str, bool, type(None)):
                    found[name] = {"is": same}  # two names of one thing: what is done to one shows in the other
                    continue
                try:
                    found[name] = {"value": self._codec.encode(value)}
                except Exception as error:
                    found[name] = {"problem": safe_text(error)}
        return found

    def _do_tampering(self, question: dict[str, Any]) -> dict[str, Any]:
        return {"replaced": self._before.differences()}

    def _do_digest(self, question: dict[str, Any]) -> dict[str, str]:
        """A fingerprint of every plain value, to see which ones a cell changes."""
        codec = Codec(self._codec._allowed)
        prints = {}
        for name, value in list(self._shell.user_ns.items()):
            if name.startswith("_") or name in ("In", "Out", "exit", "quit", "get_ipython"):
                continue
            try:
                data = json.dumps(codec.encode(value), sort_keys=True)
            except Exception:
                continue
            prints[name] = hashlib.sha256(data.encode()).hexdigest()
        return prints

    def _do_call(self, question: dict[str, Any]) -> dict[str, Any]:
        """Call a function. The answer: its value or its error, what it printed, and which arguments it changed."""
        args = [self._codec.decode(item) for item in question["args"]]
        kwargs = {key: self._codec.decode(item) for key, item in question["kwargs"].items()}
        thing = self._things[question["handle"]]
        outcome = self._outcome(lambda: thing(*args, **kwargs), args)
        before = dict(enumerate(question["args"])) | question["kwargs"]
        after = dict(enumerate(args)) | kwargs
        outcome["changed"] = self._changes(before, after)
        return outcome

    def _do_attribute(self, question: dict[str, Any]) -> dict[str, Any]:
        thing, name = self._things[question["handle"]], question["name"]
        if "value" in question:
            value = self._codec.decode(question["value"])
            return self._outcome(lambda: setattr(thing, name, value))
        return self._outcome(lambda: getattr(thing, name))

    def _do_special(self, question: dict[str, Any]) -> dict[str, Any]:
        """A special method of an object. Those of two operands only where both live in this world."""
        name = question["name"]
        if name not in _UNARY and not (name in _BINARY and all(_is_own(item) for item in question["args"])):
            raise ValueError(f"{name} is not carried out here.")
        thing = self._things[question["handle"]]
        args = [self._codec.decode(item) for item in question["args"]]
        if name == "__bool__":
            return self._outcome(lambda: bool(thing))
        return self._outcome(lambda: getattr(type(thing), name)(thing, *args))

    def _do_iterate(self, question: dict[str, Any]) -> dict[str, Any]:
        thing = self._things[question["handle"]]
        return self._outcome(lambda: iter(thing))

    def _do_next(self, question: dict[str, Any]) -> dict[str, Any]:
        thing = self._things[question["handle"]]
        return self._outcome(lambda: next(thing))

    def _do_isinstance(self, question: dict[str, Any]) -> dict[str, Any]:
        thing, kind = self._things[question["handle"]], self._things[question["kind"]]
        return {"is": type(thing) is kind or kind in type(thing).__mro__}

    # ---- how an outcome is told ----

    def _outcome(self, work: Any, args: list[Any] | None = None) -> dict[str, Any]:
        printed = io.StringIO()
        old = sys.stdout
        sys.stdout = printed
        try:
            value = work()
            for i, arg in enumerate(args or []):
                if value is arg and not isinstance(value, int | float | str | bool | type(None)):
                    return {"same": i, "printed": printed.getvalue()[:PRINTED_CHARS_MAX]}
            answer: dict[str, Any] = {"value": self._codec.encode(value)}
        except NotPlain as error:
            answer = {"unfit": safe_text(error)}
        except OutOfTime:
            raise
        except BaseException as error:
            answer = {"raised": self._error(error)}
        finally:
            sys.stdout = old
        answer["printed"] = printed.getvalue()[:PRINTED_CHARS_MAX]
        return answer

    def _error(self, error: BaseException) -> dict[str, Any]:
        """Type (and its bases, nearest first), arguments and text of an error."""
        told = error.args[:5]
        if isinstance(error, OSError) and type(error).__module__ == "builtins" and error.filename is not None:
            told = (*told, error.filename)  # where Python leaves it out of .args
        try:
            args = [self._codec.encode(arg) for arg in told]
        except Exception:
            args = [safe_text(error)]
        return {"kinds": kinds_of(type(error)), "args": args, "text": safe_text(error)}

    def _changes(self, before: dict[Any, Any], after: dict[Any, Any]) -> dict[str, Any]:
        changed = {}
        for key, old in before.items():
            if isinstance(old, list) and old and old[0] in _CARRY_BACK:
                try:
                    new = self._codec.encode(after[key])
                except Exception:
                    continue
                if new != old:
                    changed[str(key)] = new
        return changed

    # ---- handles ----

    def _keep(self, value: Any) -> list[Any]:
        number = len(self._things) + 1
        self._things[number] = value
        if isinstance(value, BaseException):
            return [number, "error", self._error(value)]
        return [number, *told_of(value)]

    def _revive(self, part: list[Any]) -> Any:
        """A handle that came back is our own thing; a callback is a function of the other side."""
        number, kind = part[0], part[1]
        if kind != "callback":
            return self._things[number]

        def call_back(*args: Any, **kwargs: Any) -> Any:
            answer = self.channel.ask(
                {
                    "op": "callback",
                    "number": number,
                    "args": [self._codec.encode(arg) for arg in args],
                    "kwargs": {key: self._codec.encode(arg) for key, arg in kwargs.items()},
                }
            )
            if "raised" in answer:
                kind = getattr(builtins, str(answer["raised"]), RuntimeError)
                raise kind(answer["text"])
            return self._codec.decode(answer["value"])

        call_back.__name__ = str(part[2].get("name", "function"))
        return call_back


def _is_own(item: Any) -> bool:
    return isinstance(item, list) and item[0] == "handle" and item[1][1] != "callback"
