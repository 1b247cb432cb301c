"""What stands in for an object of the student's?

Something whose attributes and methods are asked for in the student's world. A comparison with a value of the check is
never carried out there: it is simply not equal.
"""

from __future__ import annotations

import operator
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from coursekit.worlds.standins import Link

# What a table, a set or a text is compared by. An object of the student's own making could answer yes to everything.
COMPARING = frozenset({
    "equals", "identical", "compare", "eq", "ne", "lt", "le", "gt", "ge", "isin", "issubset", "issuperset",
    "isdisjoint", "startswith", "endswith",
})  # fmt: skip


class Remote:
    """An object that lives in the student's world. What only some objects can do is in Able."""

    def __init__(self, link: Link, number: int) -> None:
        object.__setattr__(self, "_link", link)
        object.__setattr__(self, "_number", number)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") or name == "_ipython_canary_method_should_not_exist_":
            raise AttributeError(name)
        found = self._link.request("attribute", self, name=name)
        return self._link.guarded(name, found) if name in COMPARING and callable(found) else found

    def __setattr__(self, name: str, value: Any) -> None:
        self._link.request("attribute", self, name=name, value=self._link.codec.encode(value))

    # What comes back is given as it is: Python says no where it is of another type, such as one more stand-in.

    def __bool__(self) -> bool:
        return self._link.special(self, "__bool__")

    def __str__(self) -> str:
        return self._link.special(self, "__str__")

    def __repr__(self) -> str:
        return self._link.special(self, "__repr__")

    __hash__ = object.__hash__


class Able(Remote):
    """All that an object may be able to do. One of the student's has what its own class has: callable() asks for it."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._link.call(self._number, args, kwargs)

    def __iter__(self) -> Iterator[Any]:
        return self._link.request("iterate", self)

    def __next__(self) -> Any:
        return self._link.step(self._number)

    def __float__(self) -> float:
        return self._link.special(self, "__float__")

    def __int__(self) -> int:
        return self._link.special(self, "__int__")

    def __len__(self) -> int:
        return operator.index(self._link.special(self, "__len__"))

    def __getitem__(self, key: Any) -> Any:
        return self._link.special(self, "__getitem__", key)

    def __setitem__(self, key: Any, value: Any) -> None:
        self._link.special(self, "__setitem__", key, value)

    def __enter__(self) -> Any:
        return self._link.special(self, "__enter__")

    def __exit__(self, *args: Any) -> None:
        self._link.special(self, "__exit__", None, None, None)  # its answer could silence the check's own error


ABILITIES = frozenset({
    "__call__", "__enter__", "__exit__", "__float__", "__getitem__", "__int__", "__iter__", "__len__", "__next__",
    "__setitem__",
})  # fmt: skip


@cache
def able(can: frozenset[str]) -> type[Remote]:
    return type("Remote", (Remote,), abilities(can))


def abilities(can: frozenset[str]) -> dict[str, Any]:
    """Those methods of Able, by name."""
    return {name: method for name, method in vars(Able).items() if name in can}


class Steps:
    """An iterator of the student's that is no generator."""

    def __init__(self, steps: Iterator[Any]) -> None:
        self._steps = steps

    def __iter__(self) -> Iterator[Any]:
        return self

    def __next__(self) -> Any:
        return next(self._steps)


def _both(name: str) -> Any:
    """An operator that is carried out only where both operands live in the student's world."""

    def method(self: Remote, other: Any) -> Any:
        return self._link.special(self, name, other) if isinstance(other, Remote) else NotImplemented

    method.__name__ = name
    return method


for _name in ("eq", "ne", "lt", "le", "gt", "ge", "add", "sub", "mul", "truediv"):
    setattr(Remote, f"__{_name}__", _both(f"__{_name}__"))


class RemoteClass(type):
    def __instancecheck__(cls, thing: Any) -> bool:
        number = cls.__dict__.get("_number")
        if number is None:
            return type.__instancecheck__(cls, thing)
        return isinstance(thing, Remote) and bool(
            thing._link.ask({"op": "isinstance", "handle": thing._number, "kind": number}).get("is") is True
        )

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        return cls.__dict__["_link"].call(cls.__dict__["_number"], args, kwargs)

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return cls.__dict__["_link"].request_number("attribute", cls.__dict__["_number"], name=name)
