"""Which walls does the Linux kernel itself offer, without anything installed?

Namespaces, Landlock and resource limits, through plain system calls. Each function either sets a wall up for this process
and its children or raises OSError; none can be undone. Not here: which system calls are forbidden; see seccomp.py.
"""

from __future__ import annotations

import ctypes
import errno
import os
import resource
import struct
from collections.abc import Iterable
from pathlib import Path

CLONE_NEWNS, CLONE_NEWIPC, CLONE_NEWUSER = 0x00020000, 0x08000000, 0x10000000
CLONE_NEWPID, CLONE_NEWNET = 0x20000000, 0x40000000
_MS_REC_PRIVATE = 0x4000 | 0x40000
_MS_BIND_REC = 4096 | 0x4000
_MS_NOSUID_NODEV = 2 | 4
_PR_SET_PDEATHSIG, _PR_SET_NO_NEW_PRIVS = 1, 38


def c_library() -> ctypes.CDLL:
    """The C library of this process, by which system calls are made."""
    return ctypes.CDLL(None, use_errno=True)


def checked(result: int, what: str) -> int:
    """The result of a system call; OSError with its reason where the kernel refused."""
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, f"{what}: {os.strerror(code)}")
    return result


def unshare(flags: int) -> None:
    """Leave the namespaces that the flags name."""
    checked(c_library().unshare(flags), "unshare")


def map_own_user(uid: int, gid: int) -> None:
    """In a new user namespace: this user and nobody else exists."""
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{uid} {uid} 1")
    Path("/proc/self/gid_map").write_text(f"{gid} {gid} 1")


def mount_private() -> None:
    """Mounts made from here on stay in this namespace."""
    checked(c_library().mount(b"none", b"/", None, _MS_REC_PRIVATE, None), "mount private")


def mount_tmpfs(place: str, size_bytes: int, uid: int, gid: int) -> None:
    """An empty file system in memory over a folder."""
    options = f"size={size_bytes},nr_inodes=20000,mode=0700,uid={uid},gid={gid}".encode()
    checked(c_library().mount(b"tmpfs", place.encode(), b"tmpfs", _MS_NOSUID_NODEV, options), f"tmpfs on {place}")


def cover(place: str, keep: Iterable[str]) -> None:
    """Hide a folder, except for the places inside that must still be read."""
    held = [(inner, os.open(inner, os.O_PATH)) for inner in keep if inner.startswith(place + "/")]
    try:
        libc = c_library()
        checked(
            libc.mount(b"tmpfs", place.encode(), b"tmpfs", _MS_NOSUID_NODEV, b"size=64k,mode=0755"), f"cover {place}"
        )
        for inner, descriptor in held:
            if os.path.isdir(f"/proc/self/fd/{descriptor}"):
                os.makedirs(inner, mode=0o755, exist_ok=True)
            else:
                os.makedirs(os.path.dirname(inner), mode=0o755, exist_ok=True)
                open(inner, "a").close()
            source = f"/proc/self/fd/{descriptor}".encode()
            checked(libc.mount(source, inner.encode(), None, _MS_BIND_REC, None), f"bind {inner}")
    finally:
        for _, descriptor in held:
            os.close(descriptor)


def mount_proc() -> None:
    """A /proc that shows only the processes of this namespace."""
    checked(c_library().mount(b"proc", b"/proc", b"proc", _MS_NOSUID_NODEV | 8, None), "proc")


def die_with_parent() -> None:
    checked(c_library().prctl(_PR_SET_PDEATHSIG, 9, 0, 0, 0), "pdeathsig")


def become_reaper() -> None:
    """Orphans among this process's descendants become its children, so that it can end them."""
    checked(c_library().prctl(36, 1, 0, 0, 0), "child_subreaper")


def no_new_privileges() -> None:
    checked(c_library().prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "no_new_privs")


def drop_capabilities() -> None:
    """Give up every privilege for good, also those that a user namespace lent."""
    libc = c_library()
    for capability in range(64):
        if libc.prctl(24, capability, 0, 0, 0) < 0:  # PR_CAPBSET_DROP
            break
    header = struct.pack("=Ii", 0x20080522, 0)
    checked(libc.capset(header, struct.pack("=6I", 0, 0, 0, 0, 0, 0)), "capset")


def limit_memory(memory_bytes: int) -> None:
    """What this process may add to the memory that it holds already."""
    held_bytes = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    _limit(resource.RLIMIT_AS, held_bytes + memory_bytes)


def _limit(kind: int, value: int) -> None:
    _, hard = resource.getrlimit(kind)
    if hard != resource.RLIM_INFINITY:
        value = min(value, hard)
    resource.setrlimit(kind, (value, value))


def limit(cpu_seconds: int, memory_bytes: int, file_bytes: int, processes: int, open_files: int) -> None:
    """Resource limits. memory_bytes is what the process may add to what it holds already."""
    limit_memory(memory_bytes)
    for kind, value in (
        (resource.RLIMIT_CPU, cpu_seconds),
        (resource.RLIMIT_FSIZE, file_bytes),
        (resource.RLIMIT_NPROC, processes),
        (resource.RLIMIT_NOFILE, open_files),
        (resource.RLIMIT_CORE, 0),
    ):
        _limit(kind, value)


# ---- Landlock: which files ----

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_FS_READ = 1 << 0 | 1 << 2 | 1 << 3  # execute, read a file, list a folder
_FS_ALL_BY_ABI = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 4: (1 << 15) - 1, 5: (1 << 16) - 1}
_FS_FILE_ONLY = 1 << 0 | 1 << 1 | 1 << 2 | 1 << 14 | 1 << 15


def landlock_version() -> int:
    """The kernel's Landlock version; 0 where there is none."""
    found = c_library().syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), ctypes.c_uint32(1))
    return max(0, int(found))


def landlock(readable: Iterable[str], writable: Iterable[str], devices: Iterable[str]) -> None:
    """From here on only these places can be opened; no TCP; no signals to processes outside."""
    abi = landlock_version()
    if abi < 1:
        raise OSError(errno.ENOSYS, "This kernel has no Landlock.")
    every = _FS_ALL_BY_ABI[min(abi, 5)]
    attribute = struct.pack("=QQQ", every, 0b11 if abi >= 4 else 0, 0b11 if abi >= 6 else 0)
    size = 24 if abi >= 6 else 16 if abi >= 4 else 8
    libc = c_library()
    rules = checked(libc.syscall(_CREATE_RULESET, attribute, ctypes.c_size_t(size), ctypes.c_uint32(0)), "landlock")
    try:
        for paths, access in (
            (readable, _FS_READ),
            (writable, every & ~(1 << 6 | 1 << 11)),
            (devices, 1 << 1 | 1 << 2),
        ):
            for path in paths:
                _landlock_rule(libc, rules, path, access & every)
        no_new_privileges()
        checked(libc.syscall(_RESTRICT_SELF, rules, ctypes.c_uint32(0)), "landlock")
    finally:
        os.close(rules)


def _landlock_rule(libc: ctypes.CDLL, rules: int, path: str, access: int) -> None:
    try:
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return  # what is not there needs no rule
    try:
        if not os.path.isdir(path):
            access &= _FS_FILE_ONLY
        rule = struct.pack("=Qi", access, place)
        checked(libc.syscall(_ADD_RULE, rules, 1, rule, ctypes.c_uint32(0)), f"landlock {path}")
    finally:
        os.close(place)
