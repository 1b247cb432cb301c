"""What is open where a wall does not stand?

For the person at the keyboard, after a run and in the report. What no wall holds is in docs/threat-model.md.
"""

from __future__ import annotations

from collections.abc import Collection

# A wall, others that hold the same where it is missing, and what is open where none of them stands.
OPEN_WITHOUT = (
    ("bubblewrap", (), "which files exist outside the submission's folder can be found out, not what is in them"),
    ("processes", (), "other processes of the machine can be seen, though neither read nor signalled"),
    ("own files", (), "what a submission writes goes to the disk, limited for each file, not as a whole"),
    ("no network", ("seccomp",), "submissions can reach the network"),
    ("landlock", (), "files of the system are kept shut by bubblewrap or by their permissions alone"),
    ("seccomp", (), "system calls are not limited: the other walls alone hold sockets, tracing and mounts"),
    ("limits", (), "the kernel limits neither time nor memory, processes and output of a submission"),
)


def uncovered(walls: Collection[str]) -> list[str]:
    """What these walls leave open that all walls together hold, as sentences; empty where nothing is."""
    return [f"{text}." for wall, others, text in OPEN_WITHOUT if not {wall, *others} & set(walls)]
