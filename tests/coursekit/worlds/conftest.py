"""What the tests of the worlds share."""

from __future__ import annotations

import pytest

MACHINES = {
    "as it is": {},
    "without bubblewrap": {"COURSEKIT_NO_BUBBLEWRAP": "1"},
    "without namespaces": {"COURSEKIT_NO_BUBBLEWRAP": "1", "COURSEKIT_NO_NAMESPACES": "1"},
}


@pytest.fixture(params=MACHINES)
def machine(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """This machine made like one on which fewer walls can stand."""
    for name, value in MACHINES[request.param].items():
        monkeypatch.setenv(name, value)
    return str(request.param)
