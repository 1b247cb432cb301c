"""A marker's page: its server, running in a thread for as long as a test needs it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from coursekit.course import Course
from coursekit.marking import Marking
from coursekit.marking_page import MarkingServer


@contextmanager
def marking_page(course: Course, unit: str) -> Iterator[MarkingServer]:
    """The page of a first marker of a unit, on any free port; closed at the end."""
    server = MarkingServer(Marking(course, unit, "Mo"))
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
