"""How does a class go to a Dask cluster?

Through distributed's executor: the same work as on one machine, with worlds of its own in each worker process. A
worker that dies costs nothing: the scheduler gives its submissions to another one.
"""

from __future__ import annotations

import atexit
import tempfile
import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from coursekit import sandbox
from coursekit.errors import CourseKitError
from coursekit.intake import Handed
from coursekit.results import results_of
from coursekit.worlds.host import Worlds
from coursekit.worlds.plan import Plan

CONNECT_SECONDS = 10

_worlds: dict[str, Worlds] = {}
_lock = threading.Lock()


def connect(
    address: str, plans: list[Plan], files: dict[str, bytes], choice: sandbox.Choice, stack: ExitStack
) -> tuple[Executor, Callable[[Handed], Future[Any]]]:
    """An executor of the cluster, and how to give it a submission.

    raises  CourseKitError where distributed is not installed or nobody answers at the address
    """
    try:
        from distributed import Client
    except ImportError as error:
        raise CourseKitError("--scheduler needs Dask: pip install 'tipcourse[cluster]'.") from error
    try:
        client = stack.enter_context(Client(address, timeout=CONNECT_SECONDS, set_as_default=False))
    except (OSError, ValueError) as error:
        raise CourseKitError(
            f"No Dask scheduler answers at {address} ({error}). Start one with 'dask scheduler', or leave --scheduler out."
        ) from error
    setup = {
        "key": "-".join(plan.fingerprint for plan in plans),
        "plans": [plan.to_json() for plan in plans],
        "files": files,
        "choice": choice,
    }
    shared = client.scatter(setup, broadcast=True, hash=False)
    executor: Executor = client.get_executor(retries=5)
    return executor, lambda handed: executor.submit(grade_on_worker, shared, handed)


def grade_on_worker(setup: dict[str, Any], handed: Handed) -> dict[str, Any]:
    """Runs on a worker of the cluster: every notebook of one submission, and the walls that stood."""
    return results_of(_worlds_of(setup), handed)


def _worlds_of(setup: dict[str, Any]) -> Worlds:
    """This worker's worlds for the assignment; the worlds of an earlier one are closed."""
    with _lock:
        if setup["key"] not in _worlds:
            while _worlds:
                _worlds.popitem()[1].__exit__()
            folder = Path(tempfile.mkdtemp(prefix="coursekit-files-"))
            for name, data in setup["files"].items():
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                (folder / name).write_bytes(data)
            plans = [Plan.from_json(plan) for plan in setup["plans"]]
            choice = setup["choice"]
            if not choice.trusted:
                choice = sandbox.choose(hide=choice.hide)
            worlds = Worlds(plans, choice, files=folder).__enter__()
            atexit.register(worlds.__exit__)
            _worlds[setup["key"]] = worlds
        return _worlds[setup["key"]]
