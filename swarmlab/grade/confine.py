"""What a process that runs a learner's cells gives up before the first cell: files, network, signals, size.

The process does it to itself, and the kernel keeps it so for all its descendants: Landlock (which files may be read
or written, landlock(7)), seccomp (which system calls are left, seccomp(2)), resource limits, and another user id where
it was root's.  bubblewrap goes round all this where it is installed (`sandbox`); the two do not rely on each other.
"""

import ctypes
import errno
import os
import platform
import struct
from collections.abc import Iterable, Sequence

from swarmlab.errors import Unavailable

try:
    import resource
except ImportError:  # Windows, where nothing of this works: `sandbox` then says so
    resource = None  # type: ignore[assignment]

#: When the grader is root, a learner's process runs as a user and group from here on, another one in each worker: what
#: one uses up (processes, threads) is not missing elsewhere.  Systems give out no numbers as high as these.
FIRST_UID = 2_000_000_000
MIB = 1 << 20
#: Per process, except where it says otherwise.
LIMITS: dict[int, int] = (
    {}
    if resource is None
    else {
        resource.RLIMIT_CPU: 180,  # seconds
        resource.RLIMIT_AS: 4096 * MIB,  # address space: numpy and matplotlib map much and touch little
        resource.RLIMIT_DATA: 1024 * MIB,  # what it really fills
        resource.RLIMIT_FSIZE: 32 * MIB,  # each file
        resource.RLIMIT_NOFILE: 256,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_NPROC: 96,  # processes and threads of this user together
    }
)

_PR_SET_NO_NEW_PRIVS, _PR_SET_DUMPABLE, _PR_SET_SECCOMP, _SECCOMP_MODE_FILTER = 38, 4, 22, 2
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446  # the same on every architecture
_RULE_PATH_BENEATH = 1

# include/uapi/linux/landlock.h, in order of their bits.
_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1, 2, 4, 8
_READ = _EXECUTE | _READ_FILE | _READ_DIR
_OF_FILES = _EXECUTE | _WRITE_FILE | _READ_FILE | 1 << 14 | 1 << 15  # what can be granted for a file: truncate, ioctl
_ACCESS_FS = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 4: (1 << 15) - 1, 5: (1 << 16) - 1}
_ACCESS_TCP = 0b11  # bind, connect; from version 4
_SCOPES = 0b11  # abstract unix sockets, signals; from version 6


def landlock_version() -> int:
    """Return the version of Landlock in this kernel; 0 if there is none."""
    if platform.system() != "Linux":
        return 0
    version = _libc().syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), ctypes.c_uint32(1))
    return int(max(version, 0))


def has_seccomp() -> bool:
    """Whether the filter below is written for this machine."""
    return platform.system() == "Linux" and platform.machine() in _ARCHITECTURES


def confine(readable: Iterable[str], writable: Iterable[str], *, uid: int | None, sockets: bool = False) -> None:
    """Confine this process, as far as the kernel can; see `can_confine` for whether that is enough.

    `uid`: the user to become, None: stay who one is.  `sockets`: it may make some, for a sandbox without a network.
    Raises Unavailable where a step that exists fails.
    """
    if uid is not None:
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)
    limit(LIMITS)
    prctl(_PR_SET_NO_NEW_PRIVS, 1)
    if landlock_version():
        _landlock(readable, writable)
    if has_seccomp():
        _seccomp(sockets)


def can_confine() -> bool:
    """Whether `confine` alone keeps a learner's process away from files, network and other processes."""
    return landlock_version() >= 1 and has_seccomp()


def limit(limits: dict[int, int]) -> None:
    """Set resource limits, soft and hard; one that is lower already stays."""
    for kind, value in limits.items():
        hard = resource.getrlimit(kind)[1]
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(kind, (value, value))


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def prctl(option: int, *arguments: int) -> None:
    words = [ctypes.c_ulong(each) for each in (*arguments, *[0] * (4 - len(arguments)))]
    if _libc().prctl(option, *words):
        raise _failed(f"prctl {option}")


def _failed(what: str) -> Unavailable:
    return Unavailable(f"a learner's process cannot be confined here: {what} said {os.strerror(ctypes.get_errno())}")


# --- Landlock ---------------------------------------------------------------------------------------------------


def _landlock(readable: Iterable[str], writable: Iterable[str]) -> None:
    """Leave only these trees; no TCP, no signals and no abstract sockets to processes outside."""
    libc, version = _libc(), landlock_version()
    handled = _ACCESS_FS[min(version, 5)]
    ruleset = struct.pack("QQQ", handled, _ACCESS_TCP if version >= 4 else 0, _SCOPES if version >= 6 else 0)
    ruleset = ruleset[: 8 if version < 4 else 16 if version < 6 else 24]
    descriptor = libc.syscall(_CREATE_RULESET, ruleset, ctypes.c_size_t(len(ruleset)), ctypes.c_uint32(0))
    if descriptor < 0:
        raise _failed("landlock_create_ruleset")
    try:
        for paths, access in ((readable, _READ), (writable, handled)):
            for path in paths:
                _allow(libc, descriptor, path, access & handled)
        if libc.syscall(_RESTRICT_SELF, descriptor, ctypes.c_uint32(0)):
            raise _failed("landlock_restrict_self")
    finally:
        os.close(descriptor)


def _allow(libc: ctypes.CDLL, ruleset: int, path: str, access: int) -> None:
    """Allow `access` in the tree at `path`; what does not exist needs no rule."""
    try:
        parent = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        if not os.path.isdir(path):
            access &= _OF_FILES
        rule = struct.pack("=Qi", access, parent)
        if libc.syscall(_ADD_RULE, ruleset, ctypes.c_int(_RULE_PATH_BENEATH), rule, ctypes.c_uint32(0)):
            raise _failed(f"landlock_add_rule for {path}")
    finally:
        os.close(parent)


# --- seccomp ----------------------------------------------------------------------------------------------------

#: machine → (audit number, numbers of the system calls that are refused).  Sources: the kernel's syscall tables.
_REFUSED = (
    "socket ptrace process_vm_readv process_vm_writev mount umount2 pivot_root chroot unshare setns keyctl add_key "
    "request_key bpf perf_event_open userfaultfd init_module finit_module delete_module kexec_load reboot swapon "
    "swapoff io_uring_setup open_by_handle_at name_to_handle_at shmget msgget semget mq_open pidfd_getfd"
).split()
_X86_64 = (
    41, 101, 310, 311, 165, 166, 155, 161, 272, 308, 250, 248, 249, 321, 298, 323, 175, 313, 176, 246, 169, 167,
    168, 425, 304, 303, 29, 68, 64, 240, 438,
)  # fmt: skip
_AARCH64 = (
    198, 117, 270, 271, 40, 39, 41, 51, 97, 268, 219, 217, 218, 280, 241, 282, 105, 273, 106, 104, 142, 224,
    225, 425, 265, 264, 194, 186, 190, 180, 438,
)  # fmt: skip
_ARCHITECTURES = {"x86_64": (0xC000003E, _X86_64), "aarch64": (0xC00000B7, _AARCH64)}
assert len(_REFUSED) == len(_X86_64) == len(_AARCH64)

_KILL, _ALLOW, _ERRNO = 0x80000000, 0x7FFF0000, 0x00050000
_LOAD, _JUMP_EQUAL, _JUMP_GREATER, _RETURN = 0x20, 0x15, 0x35, 0x06


def _seccomp(sockets: bool) -> None:
    """Refuse system calls that no lesson needs: new sockets (a pair of its own may be made), tracing, mounting …"""
    architecture, refused = _ARCHITECTURES[platform.machine()]
    code = _program(architecture, refused[1:] if sockets else refused)
    buffer = ctypes.create_string_buffer(code, len(code))
    program = struct.pack("HxxxxxxP", len(code) // 8, ctypes.addressof(buffer))
    address = ctypes.create_string_buffer(program, len(program))
    prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.addressof(address))


def _program(architecture: int, refused: Sequence[int]) -> bytes:
    """Return the filter, in the kernel's little language: another architecture is killed, some calls say EPERM."""
    lines = [
        (_LOAD, 0, 0, 4),  # seccomp_data.arch
        (_JUMP_EQUAL, 1, 0, architecture),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, 0),  # seccomp_data.nr
        (_JUMP_GREATER, 0, 1, 0x40000000),  # x32 calls: the same machine by other numbers
        (_RETURN, 0, 0, _KILL),
    ]
    for number in refused:
        lines += [(_JUMP_EQUAL, 0, 1, number), (_RETURN, 0, 0, _ERRNO | errno.EPERM)]
    lines.append((_RETURN, 0, 0, _ALLOW))
    return b"".join(struct.pack("HBBI", *line) for line in lines)
