"""Which walls stand on this machine?

Found by standing behind them: a process is started as a submission's would be, and says what it stood behind. What is open where one is missing is in told.py.

    python -P -m coursekit.sandbox.standing SETTINGS  (JSON)
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from typing import Any

from coursekit import sandbox
from coursekit.errors import WallsMissing

SECONDS_MAX = 30


def walls_here() -> list[str]:
    """The walls that would stand on this machine; none where untrusted code is refused."""
    try:
        kind = sandbox.choose().kind
    except WallsMissing:
        return []
    with tempfile.TemporaryDirectory() as folder:
        settings = {
            "kind": kind,
            "limits": sandbox.Limits().to_json(),
            "readable": [*sandbox.SYSTEM_PLACES, *sandbox.python_places()],
            "hide": [],
            "folder": sandbox.FOLDER_INSIDE if kind == "bubblewrap" else folder,
            "uid": 0 if os.getuid() else sandbox.FIRST_UID,
            "no_namespaces": bool(os.environ.get("COURSEKIT_NO_NAMESPACES")),
        }
        command = [sys.executable, "-P", "-m", "coursekit.sandbox.standing", json.dumps(settings)]
        if kind == "bubblewrap":
            command = [*sandbox.bubblewrap_command(sandbox.python_places(), {}), *command]
        try:
            done = subprocess.run(
                command,
                env=sandbox.environment({}),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                timeout=SECONDS_MAX,
            )
        except (OSError, subprocess.TimeoutExpired):
            return []
    return done.stdout.split(",") if done.returncode == 0 else []


def main(settings: dict[str, Any]) -> int:
    """Put up the walls of one submission around a fork, which says what stands. 0 where all went well."""
    settings["left"] = sandbox.leave_namespaces(settings)
    child = os.fork()
    if child == 0:
        try:
            os.write(1, ",".join(sandbox.enclose(settings)).encode())
        except BaseException as error:
            os.write(2, str(error).encode())
            os._exit(1)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


if __name__ == "__main__":
    sys.exit(main(json.loads(sys.argv[1])))
