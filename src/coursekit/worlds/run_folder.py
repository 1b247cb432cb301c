"""Where do the two worlds of a run meet, and what lies there for them?

A folder for this run alone: the addresses of both processes, what they said, copies of the instructor's data files and of
matplotlib's list of fonts, and places for the files of submissions. It goes when the run ends.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

from coursekit.errors import CourseKitError

SOCKET_ADDRESS_BYTES_MAX = 107 if sys.platform == "linux" else 103


def make(source: Path | None, ignore: tuple[str, ...]) -> Path:
    """A new folder for a run.

    source  the instructor's folder: copies of its data files, without any notebook, are for both worlds to copy from
    ignore  names and patterns of files that stay behind
    raises  CourseKitError where it cannot be set up; nothing is left behind then
    """
    place = "the folder for temporary files"
    try:
        place = _place_for_sockets()
        folder = Path(tempfile.mkdtemp(prefix="coursekit-", dir=place))
        try:
            _lay_out(folder, source, ignore)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
    except OSError as error:
        raise CourseKitError(
            f"Grading needs a folder of its own in {place} and could not set it up ({error.strerror or error}). "
            "Make room there, or name another place in TMPDIR, and run the same command again."
        ) from error
    return folder


def _lay_out(folder: Path, source: Path | None, ignore: tuple[str, ...]) -> None:
    folder.chmod(0o711)
    files = folder / "files"
    files.mkdir(mode=0o755)
    (folder / "scratch").mkdir(mode=0o700)
    (folder / "submission").mkdir(mode=0o711)
    for name in ("student", "reference"):
        log(folder, name).touch()
    if source is None or not source.is_dir():
        return
    left_out = shutil.ignore_patterns("*.ipynb", "help.json", *ignore)
    shutil.copytree(source, files, ignore=left_out, dirs_exist_ok=True)
    for path in files.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)


def fonts(folder: Path) -> Path:
    """A copy of matplotlib's list of fonts, so that worlds need not search for fonts again."""
    target = folder / "files-fonts"
    if not target.exists():
        target.mkdir(mode=0o755)
        home = Path(os.environ.get("MPLCONFIGDIR") or Path.home() / ".cache" / "matplotlib")
        for found in home.glob("fontlist*.json"):
            with suppress(OSError):
                shutil.copy(found, target)
                (target / found.name).chmod(0o644)
    return target


def last_words(folder: Path, role: str) -> str:
    """The last line that a process of the run wrote; empty where it wrote none."""
    lines = log(folder, role).read_text(errors="replace").strip().splitlines()
    return lines[-1] if lines else ""


def log(folder: Path, role: str) -> Path:
    """What a process of the run wrote."""
    return folder / f"{role}.log"


def _place_for_sockets() -> str:
    """The folder for temporary files, or a shorter one where addresses of sockets in it would be longer than allowed."""
    place = tempfile.gettempdir()
    longest = len(os.fsencode(place)) + len("/coursekit-12345678/reference")
    return place if longest <= SOCKET_ADDRESS_BYTES_MAX or not os.access("/tmp", os.W_OK) else "/tmp"
