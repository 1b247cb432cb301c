"""Grade a course on a disk that is full in the middle, then make room and go on. Prints one JSON line per step.

    python small_disk.py FOLDER ROOM_KB

FOLDER holds `course` and gets a file system in memory over it, seen by this process alone, with ROOM_KB left to write.
Where this machine mounts nothing for this user, the size of files is limited instead.
"""

from __future__ import annotations

import ctypes
import io
import json
import os
import resource
import shutil
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

from coursekit import cli
from coursekit.sandbox import kernel

MS_REMOUNT = 32


def mount_small(place: Path) -> bool:
    """Whether a file system in memory lies over place now."""
    uid, gid = os.getuid(), os.getgid()
    try:
        kernel.unshare(kernel.CLONE_NEWNS | (kernel.CLONE_NEWUSER if uid else 0))
        if uid:
            kernel.map_own_user(uid, gid)
        kernel.mount_private()
        kernel.mount_tmpfs(str(place), 64 * 2**20, uid, gid)
    except OSError:
        return False
    return True


def resize(place: Path, size_bytes: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    assert libc.mount(b"tmpfs", os.fsencode(place), b"tmpfs", MS_REMOUNT, f"size={size_bytes}".encode()) == 0


def grade(course: Path) -> tuple[int, str]:
    """Exit status and words of `course grade one`."""
    said = io.StringIO()
    with redirect_stdout(said), redirect_stderr(said):
        try:
            cli.main(["grade", "one", "--course-dir", str(course), "--workers", "1"])
            status = 0
        except SystemExit as stopped:
            status = int(stopped.code or 0)
    return status, said.getvalue()


def main(folder: str, room_kb: str) -> None:
    place = Path(folder)
    kept = place.with_name(place.name + "-kept")
    shutil.move(place, kept)
    place.mkdir()
    mounted = mount_small(place)
    shutil.copytree(kept / "course", place / "course")
    held = sum(-(-path.stat().st_size // 4096) * 4096 for path in place.rglob("*") if path.is_file())
    room = int(room_kb) * 1024
    if mounted:
        resize(place, held + room)
    else:
        resource.setrlimit(resource.RLIMIT_FSIZE, (min(room, 100 * 1024), resource.RLIM_INFINITY))
    print(json.dumps(["full", *grade(place / "course")]))
    if mounted:
        resize(place, 256 * 2**20)
    else:
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    print(json.dumps(["room", *grade(place / "course")]))
    shutil.copytree(place / "course", kept / "course", dirs_exist_ok=True)  # what was mounted ends with this process


if __name__ == "__main__":
    main(*sys.argv[1:])
