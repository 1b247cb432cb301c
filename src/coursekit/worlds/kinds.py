"""Which types of values travel as plain data, and how is each written and read?

By exact type on the way out, by tag from a closed list on the way in. How they are nested is in plain.py, arrays and
tables are in frames.py.
"""

from __future__ import annotations

import base64
import builtins
import collections
import dataclasses
import datetime
import decimal
import fractions
import importlib
import pathlib
import sys
import zoneinfo
from collections.abc import Callable, Iterable
from typing import Any

INT_BITS_MAX = 8_000_000
RANGE_ITEMS_MAX = 100_000_000
FRACTION_BITS_MAX = 100_000
DECIMAL_DIGITS_MAX = 100_000


class NotPlain(TypeError):
    """A value that cannot travel."""


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


# Exact types only: a subclass may lie about itself and is reduced to its base first (see BASES).
WRITERS: dict[type, Callable[[Any], tuple[str, Any]]] = {
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

CHANGEABLE = frozenset({"list", "dict", "set", "Counter", "OrderedDict", "deque", "bytearray"})
READERS: dict[str, Callable[[list[Any]], Any]] = {
    "list": list,
    "tuple": tuple,
    "set": lambda p: _set(p),
    "frozenset": lambda p: frozenset(_set(p)),
    "dict": lambda p: _filled({}, _unpairs(p)),
    "Counter": lambda p: _filled(collections.Counter(), _unpairs(p)),
    "OrderedDict": lambda p: _filled(collections.OrderedDict(), _unpairs(p)),
    "deque": collections.deque,
    "keys": lambda p: _filled({}, ((key, None) for key in p)).keys(),
    "items": lambda p: _filled({}, _unpairs(p)).items(),
    "complex": lambda p: complex(*p),
    "range": lambda p: _range(*p),
    "slice": lambda p: slice(*p),
    "datetime": _read_datetime,
    "time": _read_time,
    "timedelta": lambda p: datetime.timedelta(*p),
    "Fraction": lambda p: _fraction(p),
}

RAW: dict[str, Callable[[Any], Any]] = {
    "int": lambda p: int(str(p)[: INT_BITS_MAX // 4 + 4], 16),
    "bytes": lambda p: base64.b64decode(p),
    "bytearray": lambda p: bytearray(base64.b64decode(p)),
    "date": datetime.date.fromisoformat,
    "Decimal": lambda p: _decimal(str(p)),
    "path": lambda p: pathlib.Path(str(p)),
    "type": lambda p: _builtin_type(p),
    "...": lambda p: ...,
    "NotImplemented": lambda p: NotImplemented,
}

# The base's own method, never the value's: what the subclass overrides has no say.
BASES: tuple[tuple[type, Callable[[Any], Any]], ...] = (
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


def _set(items: list[Any]) -> set[Any]:
    """One by one, so that an alarm rings in between: numbers that all have one hash (0, 2**61 - 1, ...) take long."""
    made = set()
    for item in items:
        made.add(item)
    return made


def _filled(made: Any, pairs: Iterable[tuple[Any, Any]]) -> Any:
    """The dictionary with these keys and values; one by one, as _set."""
    for key, value in pairs:
        made[key] = value
    return made


def _fraction(part: list[Any]) -> fractions.Fraction:
    """Of two whole numbers: a text such as 1e30000000 is written out, and long numbers are shortened, in C."""
    if [type(number) for number in part] != [int, int]:
        raise NotPlain("A fraction of something else than two whole numbers.")
    if max(number.bit_length() for number in part) > FRACTION_BITS_MAX:
        raise NotPlain(f"A fraction of numbers with more than {FRACTION_BITS_MAX * 3 // 10:,} digits.")
    return fractions.Fraction(*part)


def _range(start: int, stop: int, step: int) -> range:
    """Sums and comparisons of longer ones run in C, where no alarm stops them."""
    made = range(start, stop, step)
    if len(made) > RANGE_ITEMS_MAX:
        raise NotPlain(f"A range of more than {RANGE_ITEMS_MAX:,} items.")
    return made


def _decimal(text: str) -> decimal.Decimal:
    """int() of one with a larger exponent would write out as many digits."""
    made = decimal.Decimal(text)
    if made.is_finite() and abs(made.adjusted()) > DECIMAL_DIGITS_MAX:
        raise NotPlain(f"A decimal number with more than {DECIMAL_DIGITS_MAX:,} digits.")
    return made


def _builtin_type(name: Any) -> type:
    kind = getattr(builtins, str(name), None)
    if not isinstance(kind, type):
        raise NotPlain(f"No built-in type '{name}'.")
    return kind


_NAMEDTUPLES: dict[tuple[str, tuple[str, ...]], Any] = {}


def namedtuple_of(name: str, fields: tuple[str, ...]) -> Any:
    """One class for each name and set of fields, so that two values of one kind compare as expected."""
    key = (name, fields)
    if key not in _NAMEDTUPLES:
        _NAMEDTUPLES[key] = collections.namedtuple(name, fields)
    return _NAMEDTUPLES[key]


def registered(name: str) -> Any:
    """A registered type; the name comes from the course's own configuration."""
    module, _, path = name.partition(":")
    found: Any = sys.modules.get(module) or importlib.import_module(module)
    for part in path.split("."):
        found = getattr(found, part)
    return found


def rebuilt(kind: Any, values: dict[str, Any]) -> Any:
    """The dataclass with these values; fields that its __init__ does not take are set afterwards."""
    fields = {f.name: f for f in dataclasses.fields(kind)}
    built = kind(**{key: value for key, value in values.items() if fields[key].init})
    for key, value in values.items():
        if not fields[key].init:
            object.__setattr__(built, key, value)
    return built
