"""Machines on which fewer walls can stand, as the environment that makes this one like them."""

from __future__ import annotations

MACHINES = {
    "as it is": {},
    "without bubblewrap": {"COURSEKIT_NO_BUBBLEWRAP": "1"},
    "without namespaces": {"COURSEKIT_NO_BUBBLEWRAP": "1", "COURSEKIT_NO_NAMESPACES": "1"},
}
