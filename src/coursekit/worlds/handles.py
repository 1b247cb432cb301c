"""What is told of a thing that cannot travel?

Enough for a stand-in on the other side to be like it: whether it is a function, a class, an iterator or an object, and what
a check may look at. The thing itself stays in the student's world, behind a number. The stand-ins are in standins.py.
"""

from __future__ import annotations

import inspect
import types
from typing import Any

from coursekit.worlds.plain import Codec, NotPlain
from coursekit.worlds.remotes import ABILITIES

ITERATORS: tuple[type, ...] = (
    type(iter([])),
    type(iter(())),
    type(iter("")),
    map,
    filter,
    zip,
    enumerate,
    reversed,
    types.GeneratorType,
)


def told_of(value: Any) -> tuple[str, dict[str, Any]]:
    """The kind of a thing (module, class, iterator, function, object) and what is known of it."""
    if isinstance(value, types.ModuleType):
        return "module", {"name": value.__name__}
    if isinstance(value, type):
        return "class", {"kinds": kinds_of(value), "error": issubclass(value, BaseException), "can": _can(value)}
    if isinstance(value, ITERATORS):
        return "iterator", {"generator": isinstance(value, types.GeneratorType)}
    if inspect.isroutine(value) or type(value).__name__ in ("partial", "vectorize", "_lru_cache_wrapper"):
        return "function", about_function(value)
    return "object", {"can": _can(type(value))}


def _can(kind: type) -> list[str]:
    """What things of this class can do, of all that a stand-in may be able to do."""
    return sorted(ABILITIES.intersection(name for base in kind.__mro__ for name in vars(base)))


def kinds_of(kind: type) -> list[str]:
    """A class and its bases, nearest first, as "module:Name"."""
    return [f"{each.__module__}:{each.__qualname__}" for each in kind.__mro__ if each is not object]


def about_function(function: Any) -> dict[str, Any]:
    """Name, doc and parameters of a function, for checks that look at them."""
    codec = Codec()
    about: dict[str, Any] = {"name": getattr(function, "__name__", "function"), "doc": None, "parameters": None}
    doc = getattr(function, "__doc__", None)
    about["doc"] = doc[:5000] if isinstance(doc, str) else None
    try:
        parameters = []
        for p in inspect.signature(function).parameters.values():
            has_default = p.default is not p.empty
            try:
                default = codec.encode(p.default) if has_default else None
            except NotPlain:
                default = None
            parameters.append([p.name, int(p.kind), has_default, default])
        about["parameters"] = parameters
    except (TypeError, ValueError):
        pass
    return about
