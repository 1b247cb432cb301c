"""JupyterLab on the course: a learner's desk, or the whole folder for an instructor."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

from coursekit.course import Course
from coursekit.errors import CourseKitError

SETTINGS = Path(__file__).with_name("jupyter")
START = "course/0-start.ipynb"


def command(root: Path, page: str | None, *, port: int, browser: bool) -> list[str]:
    """The command that starts JupyterLab with `root` as its folder and `page` open. A taken port is passed over."""
    words = [sys.executable, "-m", "coursekit.lab_server", f"--ServerApp.root_dir={root}", f"--ServerApp.port={port}"]
    words += ["--ServerApp.port_retries=100", "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate"]
    words.append("--Application.log_level=ERROR")  # the address is still printed, and nothing that frightens beginners
    words.append("--ServerApp.kernel_websocket_connection_class=coursekit.lab_server.PromptConnection")
    if page:
        words.append(f"--LabApp.default_url=/lab/tree/{page}")
    if os.name == "posix" and os.geteuid() == 0:
        words.append("--allow-root")
    return words if browser else [*words, "--no-browser"]


def environment(course: Course) -> dict[str, str]:
    """Settings that keep JupyterLab quiet: no news, nothing asked of the network, no echo of every slider move.

    The course's folder is among the paths because nbgrader's panels look there for its nbgrader_config.py. A learner's
    own folder has none, and they would say so in a warning.
    """
    paths = [str(course.root), str(SETTINGS), *filter(None, [os.environ.get("JUPYTER_CONFIG_PATH")])]
    return {"JUPYTER_WIDGETS_ECHO": "0", **os.environ, "JUPYTER_CONFIG_PATH": os.pathsep.join(paths)}


def run(course: Course, *, teach: bool, port: int, browser: bool) -> int:
    """Start JupyterLab and stay until it is closed; returns its exit status."""
    root = course.root if teach else course.work
    page = None if teach else START
    if page and not (root / page).is_file():
        page = None
    try:
        process = subprocess.Popen(command(root, page, port=port, browser=browser), cwd=root, env=environment(course))
        signal.signal(signal.SIGTERM, lambda *_: process.terminate())  # whoever ends us ends JupyterLab and its kernels
        return process.wait()
    except KeyboardInterrupt:  # Ctrl+C reaches JupyterLab too; it closes by itself
        process.wait()
        return 0
    except FileNotFoundError as error:
        raise CourseKitError(
            f"JupyterLab could not be started ({error}). 'course doctor' says what is missing."
        ) from error
