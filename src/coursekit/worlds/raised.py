"""Which error does a check see where the student's code raised one?

The same class where the libraries here define it, so that `except ValueError` does as it says; else a new one below the
nearest base that is known. Never one that could end a check as if all were well.
"""

from __future__ import annotations

import builtins
import sys
from typing import Any

# Whose errors may mean "leave this test out" or "stop here, all is well": none of them is ever raised in a check.
TEST_TOOLS = frozenset({"unittest", "hypothesis", "_pytest", "pytest", "doctest", "nose", "bdb", "IPython"})

KINDS_MAX, NAME_CHARS_MAX = 50, 100  # of an error: the names go into messages


class ErrorClasses:
    """The classes for errors of one student's world: what is not known here is made once, and then kept."""

    def __init__(self) -> None:
        self._made: dict[str, type[BaseException]] = {}

    def nearest(self, kinds: list[Any]) -> type[BaseException]:
        """The error's own class where the libraries here define it, else a new one below its nearest known base.

        kinds  names of the class and its bases as "module:Name", nearest first, as the student's world tells them
        """
        for i, kind in enumerate(kinds[:KINDS_MAX]):
            known = _known_error(str(kind))
            if known is not None:
                nearest: type[BaseException] = known
                for unknown in reversed(kinds[:i]):
                    if unknown not in self._made:
                        name = str(unknown).rpartition(":")[2].rpartition(".")[2][:NAME_CHARS_MAX] or "Error"
                        self._made[unknown] = type(name, (nearest,), {})
                    nearest = self._made[unknown]
                return nearest
        return RuntimeError


def _known_error(name: str) -> type[Exception] | None:
    module, _, path = name.partition(":")
    found: Any = builtins if module == "builtins" else sys.modules.get(module)
    if module == "__main__":
        return None
    for part in path.split("."):
        found = getattr(found, part, None)
    if not (isinstance(found, type) and issubclass(found, Exception)):
        return None
    if f"{found.__module__}:{found.__qualname__}" != name:  # every class has one name of its own; others are made up
        return None
    home = module.partition(".")[0]
    return None if home in TEST_TOOLS or home == "coursekit" else found
