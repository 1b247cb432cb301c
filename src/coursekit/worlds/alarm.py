"""How is code stopped that takes too long? By an error that is raised in the middle of it.

Where there are no timers (Windows) nothing is stopped from inside; the other side of the conversation waits no longer
than it must and ends the process.
"""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

AGAIN_SECONDS = 0.5


@contextmanager
def alarm(seconds: float | None, ring: Callable[[], None]) -> Iterator[None]:
    """Call ring, which raises, once the time is up and then again and again, for code that swallows errors.

    seconds  None: no limit
    """
    if seconds is None or not hasattr(signal, "setitimer"):
        yield
        return

    def handler(*_: Any) -> None:
        ring()

    signal.signal(signal.SIGALRM, handler)
    signal.setitimer(signal.ITIMER_REAL, seconds, AGAIN_SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
