"""How does a value travel from one world to the other?

As plain data: JSON scalars, and lists that open with a tag. Reading it back can only build values of known types;
no pickle, no code, no names that are imported because the message says so. What is not plain (functions, objects,
generators) becomes a handle, a number that only the world which holds the thing can use.

Not here: what a handle looks like on the other side, see standins.py; figures, see figures.py and views.py.
"""

from __future__ import annotations

import builtins
import dataclasses
import enum
import pathlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from coursekit.worlds import figures, frames, views
from coursekit.worlds.kinds import (
    BASES,
    CHANGEABLE,
    INT_BITS_MAX,
    RAW,
    READERS,
    WRITERS,
    NotPlain,
    namedtuple_of,
    rebuilt,
    registered,
)  # fmt: skip

__all__ = ["Codec", "NotPlain"]

DEPTH_MAX = 60
SHARED_ITEMS_MAX = 5_000_000  # of all that one value holds, each part counted as often as it is held
_JSON_INT_BITS = 14_000  # Python refuses to read longer decimal numbers
_SCALARS = (int, float, str, bool, type(None))

Keep = Callable[[Any], list[Any]]
Revive = Callable[[list[Any]], Any]


class Codec:
    """Turns values into plain data and back.

    dataclasses_  import strings ("package.module:Name") of the dataclasses and enums that may travel
    keep          what to do with a value that is not plain; returns its handle
    revive        what to make of a handle; returns the stand-in
    """

    def __init__(
        self, dataclasses_: Iterable[str] = (), keep: Keep | None = None, revive: Revive | None = None
    ) -> None:
        self._allowed = frozenset(dataclasses_)
        self._keep = keep
        self._revive = revive
        # What was told of the value at hand, by identity: its number (-1 while it is being told) and the thing itself.
        self._told: dict[int, tuple[int, Any]] = {}
        self._built: list[tuple[Any, int]] = []  # what was built of it: the thing and how many items it holds
        self._items = 0

    @contextmanager
    def _apart(self) -> Iterator[None]:
        """A value of its own: what it holds twice is told once, and is one thing on the other side too."""
        outer, self._told, self._built, self._items = (self._told, self._built, self._items), {}, [], 0
        try:
            yield
        finally:
            self._told, self._built, self._items = outer

    # ---- out ----

    def encode(self, value: Any) -> Any:
        """Plain data for value; NotPlain where there is no way."""
        with self._apart():
            return self._encode(value, 0)

    def _encode(self, value: Any, depth: int) -> Any:
        kind = type(value)
        if kind in (str, bool, type(None), float):
            return value
        if kind is int:
            return _encode_int(value)
        if depth > DEPTH_MAX:
            raise NotPlain(f"A value nested more than {DEPTH_MAX} levels deep, or one that contains itself.")
        writer = WRITERS.get(kind)
        if writer is not None:
            tag, part = writer(value)
            if tag in CHANGEABLE:
                return self._encode_once(value, tag, part, depth)
            return [tag, self._encode_part(part, depth + 1)]
        return self._encode_other(value, kind, depth + 1)

    def _encode_once(self, value: Any, tag: str, part: Any, depth: int) -> Any:
        """Something that can be changed: whoever holds it twice holds one thing, on the other side too."""
        number, _ = self._told.get(id(value), (len(self._told), None))
        if id(value) in self._told:
            if number < 0:
                raise NotPlain("A value that contains itself.")
            return ["again", number]
        self._told[id(value)] = -1, value
        told = [tag, self._encode_part(part, depth + 1)]
        self._told[id(value)] = number, value
        return told

    def _encode_part(self, part: Any, depth: int) -> Any:
        """Strings stay; lists of values are encoded one by one, or at once where all are simple."""
        if not isinstance(part, list):
            return part
        if all(type(item) in (float, str, bool, type(None)) or _is_small_int(item) for item in part):
            return part
        return [self._encode(item, depth) for item in part]

    def _encode_other(self, value: Any, kind: type, depth: int) -> Any:
        module = kind.__module__ or ""
        if any((base.__module__ or "").startswith(("numpy", "pandas")) for base in kind.__mro__):  # subclasses too
            found = frames.encode(value, lambda item: self._encode_item(item, depth))
            if found is not None:
                return found
        if module.startswith("matplotlib"):
            drawn = figures.describe(value)
            if drawn is not None:
                return ["figure", self.encode(drawn)]
        name = f"{module}:{kind.__qualname__}"
        if name in self._allowed:
            return self._encode_registered(value, name, depth)
        if isinstance(value, type) and value.__module__ == "builtins" and hasattr(builtins, value.__name__):
            return ["type", value.__name__]
        if isinstance(value, pathlib.PurePath):
            return ["path", str(value)]
        if isinstance(value, tuple) and hasattr(kind, "_fields"):
            return ["namedtuple", [kind.__name__, list(kind._fields), [self._encode(v, depth) for v in value]]]
        for base, strip in BASES:
            if isinstance(value, base):
                return self._encode(strip(value), depth)
        if self._keep is None:
            raise NotPlain(f"A value of type {kind.__name__} cannot travel between the worlds.")
        return ["handle", self._keep(value)]

    def _encode_item(self, item: Any, depth: int) -> Any:
        """One item of a table: a value of its own, for tables are not built in the order in which they are told."""
        if type(item) in (str, float, bool) or _is_small_int(item):
            return item
        with self._apart():
            return self._encode(item, depth)

    def _encode_registered(self, value: Any, name: str, depth: int) -> Any:
        if isinstance(value, enum.Enum):
            return ["enum", [name, value.name]]
        fields = [[f.name, self._encode(getattr(value, f.name), depth)] for f in dataclasses.fields(value)]
        return ["dataclass", [name, fields]]

    # ---- in ----

    def decode(self, data: Any, depth: int = 0) -> Any:
        """The value behind plain data; NotPlain where the data is not what encode makes."""
        if isinstance(data, _SCALARS):
            return data
        with self._apart():
            return self._decode(data, depth)

    def _decode(self, data: Any, depth: int) -> Any:
        if isinstance(data, _SCALARS):
            return data
        if depth > DEPTH_MAX or not isinstance(data, list) or len(data) != 2 or not isinstance(data[0], str):
            raise NotPlain("Data that does not follow the rules of the channel.")
        tag, part = data
        try:
            reader = READERS.get(tag)
            if tag == "again":
                return self._once_more(part)
            if tag in CHANGEABLE:
                return self._build(tag, part, depth)
            if reader is not None:
                return reader(self._decode_part(part, depth + 1))
            if tag in RAW:
                return RAW[tag](part)
            if tag == "frame":
                return frames.decode(
                    part, lambda item: self.decode(item, depth + 1), lambda item: self._bare(item, depth)
                )
            if tag == "figure":
                return views.revive(self._bare(part, depth))
            return self._decode_named(tag, part, depth + 1)
        except NotPlain:
            raise
        except Exception as error:
            raise NotPlain(f"Data that cannot be read as '{tag}': {error}") from error

    def _bare(self, data: Any, depth: int) -> Any:
        """A value without stand-ins inside: they could answer anew."""
        return Codec(self._allowed).decode(data, depth + 1)

    def _decode_part(self, part: Any, depth: int) -> list[Any]:
        if not isinstance(part, list):
            raise NotPlain("A list was expected.")
        self._items += len(part)
        return [item if isinstance(item, _SCALARS) else self._decode(item, depth) for item in part]

    def _build(self, tag: str, part: Any, depth: int) -> Any:
        """Something that can be changed, and may be held a second time further on."""
        number, before = len(self._built), self._items
        self._built.append((None, 0))
        made = RAW[tag](part) if tag in RAW else READERS[tag](self._decode_part(part, depth + 1))
        self._built[number] = made, self._items - before
        return made

    def _once_more(self, number: int) -> Any:
        made, items = self._built[number]
        self._items += items + 1
        if made is None or self._items > SHARED_ITEMS_MAX:
            raise NotPlain("A value that contains itself, or that is far too large.")
        return made

    def _decode_named(self, tag: str, part: Any, depth: int) -> Any:
        if tag == "namedtuple":
            name, fields, values = part
            return namedtuple_of(str(name), tuple(map(str, fields)))(*[self._decode(v, depth) for v in values])
        if tag in ("dataclass", "enum"):
            if part[0] not in self._allowed:
                raise NotPlain(f"'{part[0]}' is not among the types that the course lets travel.")
            kind = registered(part[0])
            if tag == "enum":
                return kind[part[1]]
            return rebuilt(kind, {str(key): self._decode(value, depth) for key, value in part[1]})
        if tag == "handle" and self._revive is not None:
            return self._revive(part)
        raise NotPlain(f"An unknown tag '{tag}'.")


def _is_small_int(value: Any) -> bool:
    return type(value) is int and value.bit_length() <= _JSON_INT_BITS


def _encode_int(value: int) -> Any:
    bits = value.bit_length()
    if bits <= _JSON_INT_BITS:
        return value
    if bits > INT_BITS_MAX:
        raise NotPlain(f"A whole number with about {bits * 3 // 10:,} digits is too long to compare.")
    return ["int", hex(value)]
