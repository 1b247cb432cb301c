"""What does a check hold in its hands when it names something of the student's?

Plain values are plain. A function is a stand-in whose calls are carried out in the student's world; so are classes and
iterators, and objects, whose stand-ins are in remotes.py. Which class an error of theirs has here is in raised.py.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from coursekit.errors import counted
from coursekit.worlds.channel import Channel
from coursekit.worlds.plain import Codec, NotPlain
from coursekit.worlds.raised import ErrorClasses
from coursekit.worlds.remotes import ABILITIES, Remote, RemoteClass, Steps, abilities, able

CALL_GRACE_SECONDS = 2.0


class Unfit(BaseException):
    """The student's world gave no answer that a check can use. The check has failed, even where it expects an error."""


class StudentTooSlow(Unfit):
    """The student's code used up its time in a call."""


class Link:
    """The check's side of the conversation with one student's world."""

    def __init__(self, channel: Channel, dataclasses_: list[str], call_seconds: float) -> None:
        self.channel = channel
        self.codec = Codec(dataclasses_, keep=self._keep, revive=self._revive)
        self.call_seconds = call_seconds
        self._callbacks: list[Any] = []
        self.checking = False  # only then is there an alarm around what the student's code calls back
        self._errors = ErrorClasses()
        self.unfit: Unfit | None = None

    def fail(self, error: Unfit) -> Unfit:
        """Remember that the check has failed: it may catch the error itself."""
        self.unfit = self.unfit or error
        return error

    def decode(self, data: Any) -> Any:
        """A value from the student's world, or Unfit."""
        try:
            return self.codec.decode(data)
        except Exception as error:
            raise self.fail(Unfit(f"A value of your code cannot be compared: {error}")) from error

    def values(self, names: list[str]) -> dict[str, Any]:
        """What the student's world holds under these names now; a value that cannot travel raises when it is read."""
        found: dict[str, Any] = {}
        for name, item in self.ask({"op": "get", "names": names}).items():
            if name not in names:
                continue
            same = item.get("is") if isinstance(item, dict) else None
            if isinstance(same, str) and same in found:
                found[name] = found[same]
                continue
            if not isinstance(item, dict) or "value" not in item:
                why = item.get("problem") if isinstance(item, dict) else "it did not arrive"
                raise self.fail(Unfit(f"The value of '{name}' cannot be compared: {str(why)[:500]}"))
            found[name] = self.decode(item["value"])
            if type(found[name]).__name__ == "function" and getattr(found[name], "__name__", "") == "<lambda>":
                found[name].__name__ = name
        return found

    def ask(self, question: dict[str, Any]) -> dict[str, Any]:
        """The answer, or StudentTooSlow. The world has its own alarm; one that ignores it is given up."""
        question["seconds"] = self.call_seconds
        answer = self.channel.ask(question, self.call_seconds + CALL_GRACE_SECONDS)
        if answer.get("late") is True:
            raise self.fail(StudentTooSlow(f"Your code took longer than {counted(self.call_seconds, 'second')}."))
        return answer

    def call(self, number: int, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        question = {
            "op": "call",
            "handle": number,
            "args": [self.codec.encode(arg) for arg in args],
            "kwargs": {key: self.codec.encode(value) for key, value in kwargs.items()},
        }
        answer = self.ask(question)
        with self._by_the_rules():
            for key, data in (answer.get("changed") or {}).items():
                held = kwargs[key] if key in kwargs else args[int(key)]
                replace_content(held, self.decode(data))
            if "same" in answer:
                self._print(answer)
                return args[int(answer["same"])]
        return self._result(answer)

    @contextmanager
    def _by_the_rules(self) -> Iterator[None]:
        """An answer that is not what the student's world says by itself: the check has failed."""
        try:
            yield
        except Exception as error:
            raise self.fail(Unfit(f"Your code gave an answer that cannot be read ({error}).")) from error

    def guarded(self, name: str, method: Any) -> Any:
        """A method that compares: carried out only with things of the student's world."""

        def compare(*args: Any, **kwargs: Any) -> Any:
            if not all(isinstance(arg, Remote) for arg in (*args, *kwargs.values())):
                raise self.fail(Unfit(f"'{name}' of an object of your own cannot be used: give a plain value."))
            return method(*args, **kwargs)

        return compare

    def request(self, operation: str, thing: Remote, **more: Any) -> Any:
        return self.request_number(operation, thing._number, **more)

    def request_number(self, operation: str, number: int, **more: Any) -> Any:
        return self._result(self.ask({"op": operation, "handle": number, **more}))

    def step(self, number: int) -> Any:
        """The next item of an iterator; StopIteration where there is none."""
        return self._result(self.ask({"op": "next", "handle": number}), may_end=True)

    def special(self, thing: Remote, name: str, *args: Any) -> Any:
        return self.request("special", thing, name=name, args=[self.codec.encode(arg) for arg in args])

    def _print(self, answer: dict[str, Any]) -> None:
        printed = answer.get("printed")
        if printed:
            sys.stdout.write(str(printed))

    def _result(self, answer: dict[str, Any], may_end: bool = False) -> Any:
        """may_end: StopIteration ends an iterator; from a function it would end a loop of the check's own."""
        self._print(answer)
        if "raised" in answer:
            with self._by_the_rules():
                error = self._rebuild_error(answer["raised"])
            if isinstance(error, StopIteration | StopAsyncIteration) and not may_end:
                raise RuntimeError("Your code raised StopIteration.")
            raise error
        if "unfit" in answer:
            raise self.fail(Unfit(str(answer["unfit"])[:500]))
        with self._by_the_rules():
            data = answer["value"]
        return self.decode(data)

    # ---- handles ----

    def _keep(self, value: Any) -> list[Any]:
        """What a check hands to a student's function and is not plain: a thing of theirs, or a callback."""
        number = getattr(value, "_number", None)
        if isinstance(value, Remote | RemoteClass) or getattr(value, "_student", False):
            return [number, "own", {}]
        if callable(value):
            self._callbacks.append(value)
            return [len(self._callbacks) - 1, "callback", {"name": getattr(value, "__name__", "function")}]
        raise NotPlain(f"A {type(value).__name__} cannot be handed to a function that runs in the student's world.")

    def answer_callback(self, question: dict[str, Any]) -> Any:
        """Called by the student's code: run a function that the check handed over.

        What it is called with may be something that does not travel: an error of that call, no forged message.
        """
        if question.get("op") != "callback":
            raise NotPlain("An unknown question.")
        if not self.checking:
            return {"raised": "RuntimeError", "text": "This function belongs to a check that is over."}
        function, given, named = self._callbacks[int(question["number"])], question["args"], question["kwargs"]
        try:
            args = [self.codec.decode(item) for item in given]
            kwargs = {str(key): self.codec.decode(item) for key, item in named.items()}
            return {"value": self.codec.encode(function(*args, **kwargs))}
        except Exception as error:
            return {"raised": type(error).__name__, "text": str(error)[:500]}

    def _revive(self, part: list[Any]) -> Any:
        number, kind, about = int(part[0]), part[1], part[2]
        if kind == "function":
            return self._function(number, about)
        if kind == "iterator":
            steps = self._iterator(number)
            return steps if about.get("generator") is True else Steps(steps)
        if kind == "class":
            return self._class(number, about)
        if kind == "error":
            return self._rebuild_error(about)
        if kind == "object":
            return able(_can(about))(self, number)
        raise NotPlain(f"A {kind} of the student's world cannot be used in a check.")

    def _function(self, number: int, about: dict[str, Any]) -> Any:
        def stand_in(*args: Any, **kwargs: Any) -> Any:
            return self.call(number, args, kwargs)

        # A check that reads the source finds none, and fails here: it must not be told that of the stand-in.
        stand_in.__code__ = stand_in.__code__.replace(co_filename="<in the student's world>")
        stand_in.__name__ = stand_in.__qualname__ = str(about.get("name"))
        stand_in.__doc__ = about.get("doc")
        stand_in._number, stand_in._student = number, True  # type: ignore[attr-defined]
        if about.get("parameters") is not None:
            stand_in.__signature__ = self._signature(about["parameters"])  # type: ignore[attr-defined]
        return stand_in

    def _signature(self, parameters: list[Any]) -> inspect.Signature:
        kinds = list(inspect._ParameterKind)
        made = [
            inspect.Parameter(
                name, kinds[kind], default=self.codec.decode(default) if has_default else inspect.Parameter.empty
            )
            for name, kind, has_default, default in parameters
        ]
        return inspect.Signature(made)

    def _iterator(self, number: int) -> Iterator[Any]:
        while True:
            try:
                value = self.step(number)
            except StopIteration:
                return
            yield value

    def _class(self, number: int, about: dict[str, Any]) -> Any:
        if about.get("error"):
            own, *bases = about["kinds"]  # Python's own classes travel by name: one that has such a name was renamed
            return self._errors.nearest(["" if str(own).startswith("builtins:") else own, *bases])
        name = str(about["kinds"][0]).rpartition(":")[2]
        return RemoteClass(name, (), abilities(_can(about)) | {"_number": number, "_link": self, "_student": True})

    def _rebuild_error(self, told: dict[str, Any]) -> BaseException:
        kind = self._errors.nearest(told["kinds"])
        args = tuple(self.decode(arg) for arg in told["args"])
        if kind.__module__ == "builtins":
            with suppress(Exception):
                made = kind(*args)  # sets .errno, .start and the like
                if type(made) is kind:
                    return made
        error = kind.__new__(kind)
        error.args = args
        return error


def _can(about: dict[str, Any]) -> frozenset[str]:
    return ABILITIES.intersection(map(str, about["can"]))


def replace_content(held: Any, new: Any) -> None:
    """Make an argument look as the student's function left it; TypeError where that is another kind of thing now."""
    if not isinstance(held, type(new)):  # a stand-in would be asked for what NumPy and pandas do not look at twice
        raise TypeError(f"a {type(held).__name__} was changed into something else")
    if isinstance(held, list | bytearray):
        held[:] = new
    elif isinstance(held, dict | set):
        held.clear()
        held.update(new)
    elif type(held).__module__.startswith("numpy.random"):
        held.bit_generator.state = new.bit_generator.state
    elif type(held).__module__.startswith("numpy") and held.shape == new.shape and held.flags.writeable:
        held[...] = new
    elif type(held).__module__.startswith("pandas") and hasattr(held, "_update_inplace"):
        held._update_inplace(new)
