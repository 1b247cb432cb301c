"""Which system calls may a submission not make?

A list by name, with the numbers of each machine, and the program of the kernel's own filter that refuses them. It holds
for this process and its children and cannot be undone.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import struct

from coursekit.sandbox import kernel

_PR_SET_SECCOMP = 22
_CLONE_NEW_ANY = 0x7E020000  # any new namespace
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


def forbid_calls(only_own_process: bool) -> None:
    """Forbid sockets, new namespaces, mounts, debugging and other calls that no notebook needs.

    only_own_process  also forbid signals to any other process, where no process namespace keeps them out of sight
    """
    machine = platform.machine()
    if machine not in _MACHINES:
        raise OSError(errno.ENOSYS, f"No list of system calls for {machine}.")
    code = _program(*_MACHINES[machine], only_own_process)
    program = b"".join(struct.pack("=HBBI", *line) for line in code)
    buffer = ctypes.create_string_buffer(program)
    header = struct.pack("@HP", len(code), ctypes.addressof(buffer))
    kernel.no_new_privileges()
    kernel.checked(kernel.c_library().prctl(_PR_SET_SECCOMP, 2, header, 0, 0), "seccomp")


def _program(which: int, audit_arch: int, only_own_process: bool) -> list[tuple[int, int, int, int]]:
    """The filter's program: lines of (order, lines to skip if so, lines to skip if not, number).

    which  the place of this machine's numbers in the lists above
    """
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
    return [*code, (_RET, 0, 0, _ALLOW)]
