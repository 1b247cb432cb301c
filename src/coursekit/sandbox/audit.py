"""What did a submission try that no notebook has need of?

Python tells an audit hook before it opens a file, a socket or a process. The hook runs inside the walls and only tells;
the walls decide. What it tells is judged outside, by what is really there: opening a path of the student's own computer
is odd and honest, opening one that exists on this machine and lies outside the submission's folder is not.

Not here: proof. A submission that takes its process over can keep the hook from seeing more; the walls stand without it.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable
from typing import Any

TOLD_MAX = 50
FORKS_TOLD = 20
_PATH_EVENTS = {"open", "os.listdir", "os.scandir", "os.remove", "os.rename", "os.chmod", "os.chown", "os.link",
                "os.symlink", "os.mkdir", "os.rmdir", "os.truncate", "os.chdir", "sqlite3.connect", "shutil.rmtree",
                "shutil.copyfile", "shutil.move", "glob.glob"}  # fmt: skip
_NETWORK_EVENTS = {"socket.connect", "socket.bind", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto"}
_OWN_HANDS = {"sys._getframe", "sys._current_frames", "gc.get_objects", "gc.get_referrers", "gc.get_referents",
              "sys.settrace", "sys.setprofile", "sys.addaudithook", "ctypes.dlopen", "ctypes.dlsym",
              "ctypes.string_at", "ctypes.cdata", "code.__new__", "socket.__new__"}  # fmt: skip
_QUIET_PLACES = ("/dev/", "/proc/self/", "/proc/meminfo", "/proc/cpuinfo", "/proc/stat", "/sys/", "/etc/localtime",
                 "/etc/fonts", "/etc/mime.types", "/etc/apache2", "/etc/httpd", "/usr/", "/lib", "/bin",
                 "/etc/ld.so",
                 "/var/cache/fontconfig", "/etc/os-release", "/etc/timezone", "/opt/local", "/System")  # fmt: skip
_TELLING_WORDS = re.compile(
    r"solution|gradebook|autograded|submitted|nbgrader_config|\.ssh|id_rsa|shadow|\.aws|credential|\.netrc|environ$",
    re.I,
)


def watch(tell: Callable[[str, str], None], places: list[str], folder: str) -> None:
    """From here on, tell(event, what) for everything out of the ordinary in this process. Cannot be taken back."""
    prefixes = tuple(place.rstrip("/") + "/" for place in places)
    quiet = (*prefixes, *_QUIET_PLACES)
    mine = {folder, *(place.rstrip("/") for place in places), "/", "/tmp"}
    told = 0
    forks = 0
    busy = False
    own_pid = os.getpid()

    def hook(event: str, args: tuple[Any, ...]) -> None:
        nonlocal told, busy
        if busy or told >= TOLD_MAX:
            return
        busy = True  # looking at the caller is an event too: without this the hook would call itself without end
        try:
            what = seen(event, args)
            if what is not None:
                told += 1
                tell(event, what)
        finally:
            busy = False

    def seen(event: str, args: tuple[Any, ...]) -> str | None:
        nonlocal forks
        if event in _PATH_EVENTS:
            return outside(args[0] if args else None)
        if event in _NETWORK_EVENTS:
            return _address(event, args)
        if event in ("os.fork", "os.forkpty"):
            forks += 1
            return str(forks) if forks == FORKS_TOLD else None
        if event in ("os.kill", "os.killpg", "signal.pthread_kill"):
            return str(args[0]) if args and args[0] != own_pid else None
        return "" if event in _OWN_HANDS and _by_own_hands(event) else None

    def outside(path: Any) -> str | None:
        if isinstance(path, int) or path is None:
            return None
        try:
            text = os.fsdecode(path)
        except TypeError:
            return None
        if not text.startswith("/") and ".." not in text:
            return None
        full = os.path.normpath(text if text.startswith("/") else f"{folder}/{text}")
        if full in mine or (full + "/").startswith(quiet):
            return None
        return full

    sys.addaudithook(hook)


def _address(event: str, args: tuple[Any, ...]) -> str:
    where = args[0] if event in ("socket.getaddrinfo", "socket.gethostbyname") else args[-1]
    return repr(where)[:100]


def _by_own_hands(event: str) -> bool:
    """Whether a cell of the notebook did it, directly or through one function of a library.

    Libraries look at their caller's frame for honest reasons: namedtuple and Enum to know in which module they are.
    """
    frame = sys._getframe(3)  # past this function, seen and hook
    if _in_a_cell(frame):
        return True
    library = os.path.basename(frame.f_code.co_filename)
    return (event != "sys._getframe" or library == "inspect.py") and _in_a_cell(frame.f_back)


def _in_a_cell(frame: Any) -> bool:
    name = frame.f_code.co_filename if frame is not None else ""
    return "ipykernel" in name or name.startswith("<ipython-input") or name == "<string>"


def judge(event: str, what: str) -> str:
    """A sentence for the teacher about an event, or nothing where it is odd and honest."""
    if event in _PATH_EVENTS:
        telling = _TELLING_WORDS.search(what) or re.match(r"/proc/\d+", what)
        return f"It tried to reach {what}." if telling or os.path.exists(what) else ""
    if event in _NETWORK_EVENTS:
        return f"It tried to use the network: {what}."
    if event == "socket.__new__":
        return "It tried to open a socket."
    if event in ("os.fork", "os.forkpty"):
        return f"It started at least {what} processes."
    if event in ("os.kill", "os.killpg", "signal.pthread_kill"):
        return f"It tried to end process {what}."
    if event in _OWN_HANDS:
        return f"It reached into the interpreter ({event})."
    if event == "forged":
        return "It wrote messages of its own to the grader."
    if event == "tampered":
        return f"It replaced {what}."
    return ""
