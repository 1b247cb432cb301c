"""Where does code run that nobody here wrote?

In a process with walls around it. bubblewrap is the outer wall where it is installed; inside it, and where it is
missing, every submission gets namespaces, Landlock, seccomp and limits of its own from the kernel. The walls that really
stood are reported by name; where too few stand, untrusted code is refused.

Not here: what runs inside, see coursekit.worlds; which walls stand on this machine, see standing.py.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from coursekit.errors import WallsMissing

SYSTEM_PLACES = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32")
SYSTEM_FILES = ("/etc/ld.so.cache", "/etc/localtime", "/etc/fonts", "/etc/mime.types", "/etc/alternatives")
DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom")
FOLDER_INSIDE = "/tmp/submission"  # the submission's own, behind bubblewrap
BUBBLEWRAP_SECONDS_MAX = 10
FIRST_UID = 1_000_000  # student code of a grader that is root runs as users from here on, who own nothing else


@dataclass(frozen=True)
class Limits:
    """What one submission may use."""

    cpu_seconds: int = 300
    memory_bytes: int = 2 * 1024**3
    disk_bytes: int = 128 * 1024**2
    file_bytes: int = 64 * 1024**2
    processes: int = 64
    open_files: int = 256

    def to_json(self) -> dict[str, int]:
        return asdict(self)


@dataclass(frozen=True)
class Choice:
    """Which walls to put up. kind: bubblewrap, kernel (the stand-ins) or none."""

    kind: str
    hide: tuple[str, ...] = field(default_factory=tuple)  # folders that must not be seen, such as the course's own

    @property
    def trusted(self) -> bool:
        return self.kind == "none"


def choose(trust_submissions: bool = False, hide: tuple[str, ...] = (), without_bubblewrap: bool = False) -> Choice:
    """The best walls of this machine.

    raises  WallsMissing where there are none and nobody said to trust the submissions
    """
    if sys.platform == "linux":
        bubblewrap = "" if without_bubblewrap or os.environ.get("COURSEKIT_NO_BUBBLEWRAP") else shutil.which("bwrap")
        if bubblewrap and _starts(bubblewrap):
            return Choice("bubblewrap", hide)
        from coursekit.sandbox import kernel

        if kernel.landlock_version() >= 1:
            return Choice("kernel", hide)
    if trust_submissions:
        return Choice("none")
    raise WallsMissing(
        "Nothing on this machine can hold untrusted code: on Linux install bubblewrap (apt install bubblewrap); on macOS "
        "and Windows use the container (docs/grading.md). --trust-submissions runs every submission with your own "
        "rights: it could read and delete your files."
    )


@cache
def _starts(bubblewrap: str) -> bool:
    """Whether bubblewrap can put up its walls here: it may be installed and be refused the namespaces that it needs."""
    command = [bubblewrap, *bubblewrap_command([], {})[1:], "/bin/true"]
    try:
        return subprocess.run(command, capture_output=True, timeout=BUBBLEWRAP_SECONDS_MAX).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def python_places(hide: tuple[str, ...] = ()) -> list[str]:
    """Folders of the Python environment: interpreter, libraries, and what is installed for editing.

    hide  folders that must not be seen: a folder to import from that holds one of them, or lies in one, is left out.
          The course's own folder is one when the grader is started by a script that lies in it.
    """
    places = {sys.prefix, sys.base_prefix, sys.exec_prefix, sysconfig.get_paths()["stdlib"]}
    places.add(str(Path(os.path.realpath(sys.executable)).parent.parent))
    for entry in sys.path:
        place = os.path.abspath(entry)
        hidden = any(_holds(place, other) or _holds(other, place) for other in hide)
        if entry and not hidden and place not in ("/", str(Path.home()), "/tmp"):
            places.add(place)
    places = {place for place in places if os.path.isdir(place)}
    return sorted(p for p in places if not any(p != other and p.startswith(other + "/") for other in places))


def _holds(outer: str, inner: str) -> bool:
    outer, inner = os.path.realpath(outer), os.path.realpath(inner)
    return inner == outer or inner.startswith(outer.rstrip("/") + "/")


def closed_above(places: list[str]) -> set[str]:
    """Folders on the way to these places that other users may not enter, such as /root; student code is another user."""
    closed = set()
    for place in places:
        for parent in reversed(Path(place).parents):
            if parent != Path("/") and not parent.stat().st_mode & 0o001:
                closed.add(str(parent))
                break
    return closed


def bubblewrap_command(readable: list[str], binds: dict[str, str]) -> list[str]:
    """The command that starts a program behind bubblewrap; the program's own words follow.

    readable  places that are seen where they are; binds: places that are seen elsewhere
    """
    program = shutil.which("bwrap") or "bwrap"  # its place: the environment that it is started with has another PATH
    command = [program, "--new-session", "--unshare-pid", "--unshare-net", "--unshare-ipc",
               "--unshare-uts", "--unshare-cgroup-try", "--hostname", "grader"]  # fmt: skip
    if os.geteuid() != 0:
        command += ["--unshare-user"]
    for place in SYSTEM_PLACES:
        if os.path.islink(place):
            command += ["--symlink", os.readlink(place), place]
        elif os.path.isdir(place):
            command += ["--ro-bind", place, place]
    command += ["--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp", "--dir", FOLDER_INSIDE]
    parents = {str(parent) for place in (*SYSTEM_FILES, *readable) for parent in Path(place).parents} - {"/"}
    bound = tuple(place + "/" for place in SYSTEM_PLACES)
    for parent in sorted(parent for parent in parents - {"/tmp"} if not (parent + "/").startswith(bound)):
        command += ["--perms", "0755", "--dir", parent]  # else they are root's alone, and student code is not root
    for place in (*SYSTEM_FILES, *readable):
        command += ["--ro-bind-try", place, place]
    for place, seen_as in binds.items():
        command += ["--ro-bind", place, seen_as]
    return [*command, "--chdir", "/", "--"]


def environment(extra: dict[str, str]) -> dict[str, str]:
    """What student code finds in os.environ: nothing of the grader's own."""
    return {
        "PATH": "/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "LC_ALL": "C.UTF-8",
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "MKL_NUM_THREADS": "1",
        "PYTHONNOUSERSITE": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONHASHSEED": "0",
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "NBGRADER_EXECUTION": "autograde",
        **extra,
    }


def enclose(settings: dict[str, Any]) -> list[str]:
    """Put up the walls of one submission around this process; the names of those that stand.

    settings  kind, limits, readable (folders), hide, folder (the submission's own), uid (for a grader that runs as root)

    The process must have been forked for this submission alone, and after leave_namespaces.
    """
    from coursekit.sandbox import kernel, seccomp

    walls = list(settings["left"])
    limits = Limits(**settings["limits"])
    uid, gid = settings["uid"] or os.getuid(), settings["uid"] or os.getgid()
    if "processes" in walls:
        kernel.die_with_parent()
        kernel.mount_private()
        kernel.mount_tmpfs(settings["folder"], limits.disk_bytes, uid, gid)
        walls.append("own files")
        for place in settings["hide"] if settings["kind"] == "kernel" else ():
            if os.path.isdir(place):
                kernel.cover(place, [*settings["readable"], settings["folder"]])
        with suppress(OSError):  # where that is not allowed, Landlock keeps /proc shut below
            kernel.mount_proc()
    if os.getuid() == 0 and settings["uid"]:
        os.setgroups([])
        os.setresgid(gid, gid, gid)
        os.setresuid(uid, uid, uid)
    elif "processes" in walls:
        kernel.drop_capabilities()
    kernel.no_new_privileges()
    if kernel.landlock_version() >= 1:
        # Whatever number this process has there: where /proc could not be mounted anew, the first one is not its own.
        own_proc = [
            os.path.realpath("/proc/self"),
            "/proc/meminfo",
            "/proc/cpuinfo",
            "/proc/stat",
            "/sys/devices/system/cpu",
        ]
        kernel.landlock([*settings["readable"], *own_proc], [settings["folder"]], DEVICES)
        walls.append("landlock")
    kernel.limit(limits.cpu_seconds, limits.memory_bytes, limits.file_bytes, limits.processes, limits.open_files)
    walls.append("limits")
    seccomp.forbid_calls(only_own_process="processes" not in walls)
    walls.append("seccomp")
    return walls


def leave_namespaces(settings: dict[str, Any]) -> list[str]:
    """Before the fork for one submission: new namespaces, where the kernel allows them. Names of the walls gained."""
    from coursekit.sandbox import kernel

    if settings["kind"] == "none" or settings.get("no_namespaces"):
        return ["bubblewrap", "no network"] if settings["kind"] == "bubblewrap" else []
    flags = kernel.CLONE_NEWPID | kernel.CLONE_NEWNS | kernel.CLONE_NEWIPC
    inside = settings["kind"] == "bubblewrap"
    uid, gid = os.getuid(), os.getgid()
    if uid != 0:
        flags |= kernel.CLONE_NEWUSER
    if not inside:
        flags |= kernel.CLONE_NEWNET
    try:
        kernel.unshare(flags)
        if uid != 0:
            kernel.map_own_user(uid, gid)
    except OSError:
        return ["bubblewrap", "no network"] if inside else []
    return ["bubblewrap", "no network", "processes"] if inside else ["no network", "processes"]
