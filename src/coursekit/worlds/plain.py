"""How does a value travel from one world to the other?

As plain data: JSON scalars, and lists that open with a tag. Reading it back can only build values of known types;
no pickle, no code, no names that are imported because the message says so. What is not plain (functions, objects,
generators) becomes a handle, a number that only the world which holds the thing can use.

Not here: what a handle looks like on the other side; see standins.py. Figures; see figures.py.
"""

from __future__ import annotations

import base64
import builtins
import collections
import dataclasses
import datetime
import decimal
import enum
import fractions
import importlib
import pathlib
import sys
import zoneinfo
from collections.abc import Callable, Iterable
from typing import Any

from coursekit.worlds import figures, frames

DEPTH_MAX = 60
INT_BITS_MAX = 8_000_000
_JSON_INT_BITS = 14_000  # Python refuses to read longer decimal numbers
_SCALARS = (int, float, str, bool, type(None))

Keep = Callable[[Any], list[Any]]
Revive = Callable[[list[Any]], Any]


class NotPlain(TypeError):
    """A value that cannot travel."""


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

    # ---- out ----

    def encode(self, value: Any, depth: int = 0) -> Any:
        """Plain data for value; NotPlain where there is no way."""
        kind = type(value)
        if kind in (str, bool, type(None), float):
            return value
        if kind is int:
            return _encode_int(value)
        if depth > DEPTH_MAX:
            raise NotPlain(f"A value nested more than {DEPTH_MAX} levels deep, or one that contains itself.")
        writer = _WRITERS.get(kind)
        if writer is not None:
            tag, part = writer(value)
            return [tag, self._encode_part(part, depth + 1)]
        return self._encode_other(value, kind, depth + 1)

    def _encode_part(self, part: Any, depth: int) -> Any:
        """Strings stay; lists of values are encoded one by one, or at once where all are simple."""
        if not isinstance(part, list):
            return part
        if all(type(item) in (float, str, bool, type(None)) or _is_small_int(item) for item in part):
            return part
        return [self.encode(item, depth) for item in part]

    def _encode_other(self, value: Any, kind: type, depth: int) -> Any:
        module = kind.__module__ or ""
        if any((base.__module__ or "").startswith(("numpy", "pandas")) for base in kind.__mro__):  # subclasses too
            found = frames.encode(value, lambda item: self.encode(item, depth))
            if found is not None:
                return found
        if module.startswith("matplotlib"):
            drawn = figures.describe(value)
            if drawn is not None:
                return ["figure", self.encode(drawn, depth)]
        name = f"{module}:{kind.__qualname__}"
        if name in self._allowed:
            return self._encode_registered(value, name, depth)
        if isinstance(value, type) and value.__module__ == "builtins" and hasattr(builtins, value.__name__):
            return ["type", value.__name__]
        if isinstance(value, pathlib.PurePath):
            return ["path", str(value)]
        if isinstance(value, tuple) and hasattr(kind, "_fields"):
            return ["namedtuple", [kind.__name__, list(kind._fields), [self.encode(v, depth) for v in value]]]
        for base, strip in _BASES:
            if isinstance(value, base):
                return self.encode(strip(value), depth)
        if self._keep is None:
            raise NotPlain(f"A value of type {kind.__name__} cannot travel between the worlds.")
        return ["handle", self._keep(value)]

    def _encode_registered(self, value: Any, name: str, depth: int) -> Any:
        if isinstance(value, enum.Enum):
            return ["enum", [name, value.name]]
        fields = [[f.name, self.encode(getattr(value, f.name), depth)] for f in dataclasses.fields(value)]
        return ["dataclass", [name, fields]]

    # ---- in ----

    def decode(self, data: Any, depth: int = 0) -> Any:
        """The value behind plain data; NotPlain where the data is not what encode makes."""
        if isinstance(data, _SCALARS):
            return data
        if depth > DEPTH_MAX or not isinstance(data, list) or len(data) != 2 or not isinstance(data[0], str):
            raise NotPlain("Data that does not follow the rules of the channel.")
        tag, part = data
        try:
            reader = _READERS.get(tag)
            if reader is not None:
                return reader(self._decode_part(part, depth + 1))
            if tag in _RAW:
                return _RAW[tag](part)
            if tag == "frame":
                return frames.decode(part, lambda item: self.decode(item, depth + 1))
            if tag == "figure":
                # no stand-ins inside: they could answer anew
                return figures.revive(Codec(self._allowed).decode(part, depth + 1))
            return self._decode_named(tag, part, depth + 1)
        except NotPlain:
            raise
        except Exception as error:
            raise NotPlain(f"Data that cannot be read as '{tag}': {error}") from error

    def _decode_part(self, part: Any, depth: int) -> list[Any]:
        if not isinstance(part, list):
            raise NotPlain("A list was expected.")
        return [item if isinstance(item, _SCALARS) else self.decode(item, depth) for item in part]

    def _decode_named(self, tag: str, part: Any, depth: int) -> Any:
        if tag == "namedtuple":
            name, fields, values = part
            return _namedtuple(str(name), tuple(map(str, fields)))(*[self.decode(v, depth) for v in values])
        if tag in ("dataclass", "enum"):
            if part[0] not in self._allowed:
                raise NotPlain(f"'{part[0]}' is not among the types that the course lets travel.")
            kind = _import(part[0])
            if tag == "enum":
                return kind[part[1]]
            return _rebuild(kind, {str(key): self.decode(value, depth) for key, value in part[1]})
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


def _pairs(value: dict[Any, Any]) -> list[Any]:
    return [x for pair in dict.items(value) for x in pair]


def _unpairs(items: list[Any]) -> Iterable[tuple[Any, Any]]:
    if len(items) % 2:
        raise NotPlain("A key without a value.")
    return zip(items[::2], items[1::2], strict=True)


def _zone(value: datetime.datetime | datetime.time) -> list[Any]:
    tz = value.tzinfo
    if tz is None:
        return [None, None]
    if isinstance(tz, zoneinfo.ZoneInfo):
        return ["zone", tz.key]
    offset = value.utcoffset()
    return ["offset", offset.total_seconds() if offset is not None else 0.0]


def _unzone(kind: str | None, name: Any) -> datetime.tzinfo | None:
    if kind is None:
        return None
    if kind == "zone":
        return zoneinfo.ZoneInfo(str(name))
    return datetime.timezone(datetime.timedelta(seconds=float(name)))


def _read_datetime(part: list[Any]) -> datetime.datetime:
    text, kind, name = part
    return datetime.datetime.fromisoformat(text).replace(tzinfo=_unzone(kind, name))


def _read_time(part: list[Any]) -> datetime.time:
    text, kind, name = part
    return datetime.time.fromisoformat(text).replace(tzinfo=_unzone(kind, name))


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


# Exact types only: a subclass may lie about itself and is reduced to its base first (see _BASES).
_WRITERS: dict[type, Callable[[Any], tuple[str, Any]]] = {
    list: lambda v: ("list", v),
    tuple: lambda v: ("tuple", list(v)),
    set: lambda v: ("set", list(v)),
    frozenset: lambda v: ("frozenset", list(v)),
    dict: lambda v: ("dict", _pairs(v)),
    collections.Counter: lambda v: ("Counter", _pairs(v)),
    collections.OrderedDict: lambda v: ("OrderedDict", _pairs(v)),
    collections.defaultdict: lambda v: ("dict", _pairs(v)),
    collections.deque: lambda v: ("deque", list(v)),
    type({}.keys()): lambda v: ("keys", list(v)),
    type({}.values()): lambda v: ("list", list(v)),
    type({}.items()): lambda v: ("items", [x for pair in v for x in pair]),
    complex: lambda v: ("complex", [v.real, v.imag]),
    bytes: lambda v: ("bytes", _b64(v)),
    bytearray: lambda v: ("bytearray", _b64(bytes(v))),
    range: lambda v: ("range", [v.start, v.stop, v.step]),
    slice: lambda v: ("slice", [v.start, v.stop, v.step]),
    datetime.date: lambda v: ("date", v.isoformat()),
    datetime.datetime: lambda v: ("datetime", [v.replace(tzinfo=None).isoformat(), *_zone(v)]),
    datetime.time: lambda v: ("time", [v.replace(tzinfo=None).isoformat(), *_zone(v)]),
    datetime.timedelta: lambda v: ("timedelta", [v.days, v.seconds, v.microseconds]),
    decimal.Decimal: lambda v: ("Decimal", str(v)),
    fractions.Fraction: lambda v: ("Fraction", [v.numerator, v.denominator]),
    type(...): lambda v: ("...", ""),
    type(NotImplemented): lambda v: ("NotImplemented", ""),
}

_READERS: dict[str, Callable[[list[Any]], Any]] = {
    "list": list,
    "tuple": tuple,
    "set": set,
    "frozenset": frozenset,
    "dict": lambda p: dict(_unpairs(p)),
    "Counter": lambda p: collections.Counter(dict(_unpairs(p))),
    "OrderedDict": lambda p: collections.OrderedDict(_unpairs(p)),
    "deque": collections.deque,
    "keys": lambda p: dict.fromkeys(p).keys(),
    "items": lambda p: dict(_unpairs(p)).items(),
    "complex": lambda p: complex(*p),
    "range": lambda p: range(*p),
    "slice": lambda p: slice(*p),
    "datetime": _read_datetime,
    "time": _read_time,
    "timedelta": lambda p: datetime.timedelta(*p),
    "Fraction": lambda p: fractions.Fraction(*p),
}

_RAW: dict[str, Callable[[Any], Any]] = {
    "int": lambda p: int(str(p)[: INT_BITS_MAX // 4 + 4], 16),
    "bytes": lambda p: base64.b64decode(p),
    "bytearray": lambda p: bytearray(base64.b64decode(p)),
    "date": datetime.date.fromisoformat,
    "Decimal": lambda p: decimal.Decimal(str(p)),
    "path": lambda p: pathlib.Path(str(p)),
    "type": lambda p: _builtin_type(p),
    "...": lambda p: ...,
    "NotImplemented": lambda p: NotImplemented,
}

# The base's own method, never the value's: what the subclass overrides has no say.
_BASES: tuple[tuple[type, Callable[[Any], Any]], ...] = (
    (bool, bool),
    (int, lambda v: int.__add__(v, 0)),
    (float, lambda v: float.__add__(v, 0.0)),
    (str, lambda v: str.__add__("", v)),
    (list, lambda v: list(list.__iter__(v))),
    (tuple, lambda v: tuple(tuple.__iter__(v))),
    (dict, lambda v: dict(dict.items(v))),
    (set, lambda v: set(set.__iter__(v))),
    (frozenset, lambda v: frozenset(frozenset.__iter__(v))),
)


def _builtin_type(name: Any) -> type:
    kind = getattr(builtins, str(name), None)
    if not isinstance(kind, type):
        raise NotPlain(f"No built-in type '{name}'.")
    return kind


_NAMEDTUPLES: dict[tuple[str, tuple[str, ...]], Any] = {}


def _namedtuple(name: str, fields: tuple[str, ...]) -> Any:
    """One class for each name and set of fields, so that two values of one kind compare as expected."""
    key = (name, fields)
    if key not in _NAMEDTUPLES:
        _NAMEDTUPLES[key] = collections.namedtuple(name, fields)
    return _NAMEDTUPLES[key]


def _import(name: str) -> Any:
    """A registered type; the name comes from the course's own configuration."""
    module, _, path = name.partition(":")
    found: Any = sys.modules.get(module) or importlib.import_module(module)
    for part in path.split("."):
        found = getattr(found, part)
    return found


def _rebuild(kind: Any, values: dict[str, Any]) -> Any:
    """The dataclass with these values; fields that its __init__ does not take are set afterwards."""
    fields = {f.name: f for f in dataclasses.fields(kind)}
    built = kind(**{key: value for key, value in values.items() if fields[key].init})
    for key, value in values.items():
        if not fields[key].init:
            object.__setattr__(built, key, value)
    return built
