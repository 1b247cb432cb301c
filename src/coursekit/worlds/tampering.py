"""Did the notebook replace parts of Python or of the libraries that checks lean on?

It gains nothing, because checks run elsewhere; it is told to the teacher. Compared by identity with what was there
before the first cell.
"""

from __future__ import annotations

import builtins
import sys
from typing import Any

WATCHED = ("builtins", "math", "random", "json", "numpy", "numpy.testing", "pandas", "pandas.testing", "unittest")
_EXPECTED = {"_", "__IPYTHON__", "get_ipython", "display", "exit", "quit", "input"}


class Snapshot:
    """What was in place before the first cell."""

    def __init__(self, shell: Any) -> None:
        self._shell = shell
        self._modules = {name: sys.modules[name] for name in WATCHED if name in sys.modules}
        self._contents = {name: dict(vars(module)) for name, module in self._modules.items()}
        self._hooks = self._hooks_now()

    def _hooks_now(self) -> dict[str, list[int]]:
        shell = self._shell
        return {
            "the input transformers of IPython": [
                id(f) for f in [*shell.input_transformers_cleanup, *shell.input_transformers_post]
            ],
            "the code transformers of IPython": [id(f) for f in shell.ast_transformers],
            "the import system": [id(finder) for finder in sys.meta_path],
        }

    def differences(self) -> list[str]:
        """Names of what was replaced, at most ten."""
        found = [name for name, module in self._modules.items() if sys.modules.get(name) is not module]
        for name, before in self._contents.items():
            now = vars(self._modules[name])
            for key, value in before.items():
                if key not in _EXPECTED and not key.startswith("__") and now.get(key, value) is not value:
                    found.append(f"{name}.{key}")
        added = set(vars(builtins)) - set(self._contents.get("builtins", {})) - _EXPECTED
        found += [f"builtins.{key}" for key in sorted(added) if not key.startswith("_")]
        hooks = self._hooks_now()
        found += [name for name, before in self._hooks.items() if hooks[name] != before]
        return found[:10]
