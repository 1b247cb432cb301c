"""Which walls does the Linux kernel itself offer, without anything installed?

Namespaces, Landlock, seccomp and resource limits, through plain system calls. Each function either sets a wall up for
this process and its children or raises OSError; none can be undone.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import resource
import struct
from collections.abc import Iterable
from pathlib import Path

CLONE_NEWNS, CLONE_NEWIPC, CLONE_NEWUSER = 0x00020000, 0x08000000, 0x10000000
CLONE_NEWPID, CLONE_NEWNET = 0x20000000, 0x40000000
_CLONE_NEW_ANY = 0x7E020000
_MS_REC_PRIVATE = 0x4000 | 0x40000
_MS_BIND_REC = 4096 | 0x4000
_MS_NOSUID_NODEV = 2 | 4
_PR_SET_PDEATHSIG, _PR_SET_SECCOMP, _PR_SET_NO_NEW_PRIVS, _PR_SET_DUMPABLE = 1, 22, 38, 4


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _check(result: int, what: str) -> int:
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, f"{what}: {os.strerror(code)}")
    return result


def unshare(flags: int) -> None:
    """Leave the namespaces that the flags name."""
    _check(_libc().unshare(flags), "unshare")


def map_own_user(uid: int, gid: int) -> None:
    """In a new user namespace: this user and nobody else exists."""
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{uid} {uid} 1")
    Path("/proc/self/gid_map").write_text(f"{gid} {gid} 1")


def mount_private() -> None:
    """Mounts made from here on stay in this namespace."""
    _check(_libc().mount(b"none", b"/", None, _MS_REC_PRIVATE, None), "mount private")


def mount_tmpfs(place: str, size_bytes: int, uid: int, gid: int) -> None:
    """An empty file system in memory over a folder."""
    options = f"size={size_bytes},nr_inodes=20000,mode=0700,uid={uid},gid={gid}".encode()
    _check(_libc().mount(b"tmpfs", place.encode(), b"tmpfs", _MS_NOSUID_NODEV, options), f"tmpfs on {place}")


def cover(place: str, keep: Iterable[str]) -> None:
    """Hide a folder, except for the places inside that must still be read."""
    held = [(inner, os.open(inner, os.O_PATH)) for inner in keep if inner.startswith(place + "/")]
    try:
        libc = _libc()
        _check(
            libc.mount(b"tmpfs", place.encode(), b"tmpfs", _MS_NOSUID_NODEV, b"size=64k,mode=0755"), f"cover {place}"
        )
        for inner, descriptor in held:
            if os.path.isdir(f"/proc/self/fd/{descriptor}"):
                os.makedirs(inner, mode=0o755, exist_ok=True)
            else:
                os.makedirs(os.path.dirname(inner), mode=0o755, exist_ok=True)
                open(inner, "a").close()
            source = f"/proc/self/fd/{descriptor}".encode()
            _check(libc.mount(source, inner.encode(), None, _MS_BIND_REC, None), f"bind {inner}")
    finally:
        for _, descriptor in held:
            os.close(descriptor)


def mount_proc() -> None:
    """A /proc that shows only the processes of this namespace."""
    _check(_libc().mount(b"proc", b"/proc", b"proc", _MS_NOSUID_NODEV | 8, None), "proc")


def die_with_parent() -> None:
    _check(_libc().prctl(_PR_SET_PDEATHSIG, 9, 0, 0, 0), "pdeathsig")


def become_reaper() -> None:
    """Orphans among this process's descendants become its children, so that it can end them."""
    _check(_libc().prctl(36, 1, 0, 0, 0), "child_subreaper")


def forbid_debuggers() -> None:
    """Other processes of the same user can neither attach nor read this one's memory."""
    _check(_libc().prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0), "dumpable")


def no_new_privileges() -> None:
    _check(_libc().prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "no_new_privs")


def drop_capabilities() -> None:
    """Give up every privilege for good, also those that a user namespace lent."""
    libc = _libc()
    for capability in range(64):
        if libc.prctl(24, capability, 0, 0, 0) < 0:  # PR_CAPBSET_DROP
            break
    header = struct.pack("=Ii", 0x20080522, 0)
    _check(libc.capset(header, struct.pack("=6I", 0, 0, 0, 0, 0, 0)), "capset")


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
    found = _libc().syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), ctypes.c_uint32(1))
    return max(0, int(found))


def landlock(readable: Iterable[str], writable: Iterable[str], devices: Iterable[str]) -> None:
    """From here on only these places can be opened; no TCP; no signals to processes outside."""
    abi = landlock_version()
    if abi < 1:
        raise OSError(errno.ENOSYS, "This kernel has no Landlock.")
    every = _FS_ALL_BY_ABI[min(abi, 5)]
    attribute = struct.pack("=QQQ", every, 0b11 if abi >= 4 else 0, 0b11 if abi >= 6 else 0)
    size = 24 if abi >= 6 else 16 if abi >= 4 else 8
    libc = _libc()
    rules = _check(libc.syscall(_CREATE_RULESET, attribute, ctypes.c_size_t(size), ctypes.c_uint32(0)), "landlock")
    try:
        for paths, access in (
            (readable, _FS_READ),
            (writable, every & ~(1 << 6 | 1 << 11)),
            (devices, 1 << 1 | 1 << 2),
        ):
            for path in paths:
                _landlock_rule(libc, rules, path, access & every)
        no_new_privileges()
        _check(libc.syscall(_RESTRICT_SELF, rules, ctypes.c_uint32(0)), "landlock")
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
        _check(libc.syscall(_ADD_RULE, rules, 1, rule, ctypes.c_uint32(0)), f"landlock {path}")
    finally:
        os.close(place)


# ---- seccomp: which system calls ----

# name: number on x86-64, number on 64-bit ARM
_FORBIDDEN = {
    "socket": (41, 198), "connect": (42, 203), "accept": (43, 202), "accept4": (288, 242), "bind": (49, 200),
    "listen": (50, 201), "ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271),
    "mount": (165, 40), "umount2": (166, 39), "pivot_root": (155, 41), "chroot": (161, 51), "unshare": (272, 97),
    "setns": (308, 268), "init_module": (175, 105), "finit_module": (313, 273), "delete_module": (176, 106),
    "kexec_load": (246, 104), "reboot": (169, 142), "swapon": (167, 224), "swapoff": (168, 225), "acct": (163, 89),
    "quotactl": (179, 60), "bpf": (321, 280), "perf_event_open": (298, 241), "userfaultfd": (323, 282),
    "add_key": (248, 217), "request_key": (249, 218), "keyctl": (250, 219), "name_to_handle_at": (303, 264),
    "open_by_handle_at": (304, 265), "pidfd_send_signal": (424, 424), "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426), "io_uring_register": (427, 427), "open_tree": (428, 428), "move_mount": (429, 429),
    "fsopen": (430, 430), "fsconfig": (431, 431), "fsmount": (432, 432), "pidfd_open": (434, 434),
    "pidfd_getfd": (438, 438), "process_madvise": (440, 440), "mount_setattr": (442, 442),
    "shmget": (29, 194), "msgget": (68, 186), "semget": (64, 190), "mq_open": (240, 180), "memfd_create": (319, 279),
    "syslog": (103, 116),
}  # fmt: skip
_MACHINES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}
_CLONE, _CLONE3, _KILL, _TKILL, _TGKILL = (56, 220), (435, 435), (62, 129), (200, 130), (234, 131)
_QUEUED_SIGNALS = ((129, 138), (297, 240))  # rt_sigqueueinfo, rt_tgsigqueueinfo
_PRLIMIT = (302, 261)
_FCNTL, _F_SETOWN, _F_SETSIG, _F_SETOWN_EX = (72, 25), 8, 10, 15  # a signal to another process, by way of a file
_IOCTL, _FIOSETOWN, _SIOCSPGRP = (16, 29), 0x8901, 0x8902
# setpriority, ioprio_set, sched_setparam, sched_setscheduler, sched_setaffinity, sched_setattr
_SLOW_OTHERS = ((141, 140), (251, 30), (142, 118), (144, 119), (203, 122), (314, 274))
_ALLOW, _ERRNO, _KILL_PROCESS = 0x7FFF0000, 0x00050000, 0x80000000
_LOAD, _JEQ, _JGE, _AND, _RET = 0x20, 0x15, 0x35, 0x54, 0x06


def seccomp(only_own_process: bool) -> None:
    """Forbid sockets, new namespaces, mounts, debugging and other calls that no notebook needs.

    only_own_process  also forbid signals to any other process, where no process namespace keeps them out of sight
    """
    machine = platform.machine()
    if machine not in _MACHINES:
        raise OSError(errno.ENOSYS, f"No list of system calls for {machine}.")
    which, audit_arch = _MACHINES[machine]
    forbid, unknown = _ERRNO | errno.EPERM, _ERRNO | errno.ENOSYS
    code: list[tuple[int, int, int, int]] = [
        (_LOAD, 0, 0, 4),
        (_JEQ, 1, 0, audit_arch),
        (_RET, 0, 0, _KILL_PROCESS),
        (_LOAD, 0, 0, 0),
        (_JGE, 0, 1, 0x40000000),
        (_RET, 0, 0, forbid),
    ]
    for numbers in _FORBIDDEN.values():
        code += [(_JEQ, 0, 1, numbers[which]), (_RET, 0, 0, forbid)]
    # The C library falls back from clone3, whose flags cannot be seen, to clone, whose flags can.
    code += [(_JEQ, 0, 1, _CLONE3[which]), (_RET, 0, 0, unknown)]
    code += [
        (_JEQ, 0, 4, _CLONE[which]), (_LOAD, 0, 0, 16), (_AND, 0, 0, _CLONE_NEW_ANY), (_JEQ, 1, 0, 0),
        (_RET, 0, 0, forbid), (_LOAD, 0, 0, 0),
    ]  # fmt: skip
    if only_own_process:
        for numbers in (_TKILL, *_QUEUED_SIGNALS, *_SLOW_OTHERS):
            code += [(_JEQ, 0, 1, numbers[which]), (_RET, 0, 0, forbid)]
        for numbers, orders in ((_FCNTL, (_F_SETOWN, _F_SETSIG, _F_SETOWN_EX)), (_IOCTL, (_FIOSETOWN, _SIOCSPGRP))):
            code += [(_JEQ, 0, 2 + 2 * len(orders), numbers[which]), (_LOAD, 0, 0, 24)]
            for order in orders:
                code += [(_JEQ, 0, 1, order), (_RET, 0, 0, forbid)]
            code += [(_LOAD, 0, 0, 0)]
        for numbers in (_KILL, _TGKILL, _PRLIMIT):
            code += [
                (_JEQ, 0, 5, numbers[which]), (_LOAD, 0, 0, 16), (_JEQ, 2, 0, os.getpid()),
                (_JEQ, 1, 0, 0 if numbers is _PRLIMIT else os.getpid()), (_RET, 0, 0, forbid), (_LOAD, 0, 0, 0),
            ]  # fmt: skip
    code.append((_RET, 0, 0, _ALLOW))
    program = b"".join(struct.pack("=HBBI", *line) for line in code)
    buffer = ctypes.create_string_buffer(program)
    header = struct.pack("@HP", len(code), ctypes.addressof(buffer))
    no_new_privileges()
    _check(_libc().prctl(_PR_SET_SECCOMP, 2, header, 0, 0), "seccomp")
