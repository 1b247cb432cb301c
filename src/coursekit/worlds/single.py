"""One notebook at a time: for course check, and for tests that prove an assignment."""

from __future__ import annotations

import atexit
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from coursekit import sandbox
from coursekit.worlds.host import Worlds
from coursekit.worlds.outcome import CellResult
from coursekit.worlds.plan import Plan
from coursekit.worlds.planning import make_plan
from coursekit.worlds.trial import settle

OPEN_MAX = 8  # sources whose worlds stay open; each holds two processes


class _Kept:
    """Worlds that stay open between calls. Those of an older version of the notebook close when their last user is done."""

    def __init__(self, worlds: Worlds) -> None:
        self.worlds = worlds
        self.users = 0


_open: dict[tuple[Any, ...], _Kept] = {}
_lock = threading.Lock()


def grade_notebook(
    source: Path | str,
    submitted: Path | str | bytes | dict[str, Any],
    *,
    include_hidden: bool = True,
    config: Any = None,
    walls: sandbox.Choice | None = None,
    files: dict[str, bytes] | None = None,
) -> dict[str, Any]:
    """The whole result of one submitted notebook: cells, repairs, flags, failed, notebook.

    source     the instructor's notebook
    submitted  a path, the bytes of a file, or a notebook as a dict
    walls      default: the best of this machine; see sandbox.choose
    files      what was handed in beside the notebook

    The two warm processes stay open for the next call with the same source, until the program ends or others were
    used since.
    """
    with _worlds(Path(source).resolve(), include_hidden, config, walls or sandbox.choose()) as worlds:
        return worlds.grade(Path(source).stem, _data(submitted), files)


def run_checks(
    source: Path | str,
    submitted: Path | str | bytes | dict[str, Any],
    *,
    include_hidden: bool,
    config: Any = None,
    walls: sandbox.Choice | None = None,
    files: dict[str, bytes] | None = None,
) -> dict[str, CellResult]:
    """Every graded cell's result, by grade id. Messages are fit for students' eyes.

    raises  ValueError where the notebook could not be read; the sentence says why
    """
    result = grade_notebook(source, submitted, include_hidden=include_hidden, config=config, walls=walls, files=files)
    if result.get("failed"):
        raise ValueError(result["failed"])
    return {grade_id: CellResult(**cell) for grade_id, cell in result["cells"].items()}


def _data(submitted: Path | str | bytes | dict[str, Any]) -> bytes:
    if isinstance(submitted, bytes):
        return submitted
    if isinstance(submitted, dict):
        return json.dumps(submitted).encode()
    return Path(submitted).read_bytes()


@contextmanager
def _worlds(source: Path, include_hidden: bool, config: Any, walls: sandbox.Choice) -> Iterator[Worlds]:
    key = (source, source.stat().st_mtime_ns, include_hidden, repr(config), walls)
    with _lock:
        if key not in _open:
            for old in [k for k in _open if k[0] == source and k[1:] != key[1:] and k[2] == include_hidden]:
                _close_unused(_open.pop(old))
            _open[key] = _Kept(_opened(source, include_hidden, config, walls))
        kept = _open[key] = _open.pop(key)  # the last used stands last
        kept.users += 1
        for old in [k for k in _open if not _open[k].users][: max(0, len(_open) - OPEN_MAX)]:
            _close_unused(_open.pop(old))
    try:
        yield kept.worlds
    finally:
        with _lock:
            kept.users -= 1
            _close_unused(kept)


def _opened(source: Path, include_hidden: bool, config: Any, walls: sandbox.Choice) -> Worlds:
    plan: Plan = make_plan(source, config, include_hidden=include_hidden)
    worlds = Worlds([plan], walls, files=source.parent)
    worlds.__enter__()
    atexit.register(worlds.__exit__)
    try:
        settle(plan, worlds)
    except BaseException:
        worlds.__exit__()
        raise
    return worlds


def _close_unused(kept: _Kept) -> None:
    if not kept.users and kept not in _open.values():
        kept.worlds.__exit__()
        atexit.unregister(kept.worlds.__exit__)
