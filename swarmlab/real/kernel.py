"""What this machine's kernel lacks for a real swarm."""

import os
import sys
from pathlib import Path

#: What is missing without IPVS, and what is not.
NO_IPVS = (
    "this kernel has no IPVS, so the virtual addresses and the routing mesh of a real swarm carry no traffic here;"
    " ports published with mode=host, names and task-to-task traffic work, and the simulated swarm has it all"
)
#: What to do about it.
FIX = "to have them, use a machine whose kernel has the module ip_vs, as those of Debian, Ubuntu and Fedora do"


def has_ipvs(root: Path = Path("/")) -> bool:
    """Whether the kernel forwards connections to virtual addresses: IPVS is there, or is a module that can be loaded.

    `root`: where ``/proc`` and ``/lib/modules`` are.  False on other systems than Linux: there, engines run in virtual
    machines with a kernel of their own.
    """
    if not sys.platform.startswith("linux"):
        return False
    modules = root / "lib/modules" / os.uname().release
    return (root / "proc/net/ip_vs").exists() or any(modules.rglob("ip_vs.ko*"))
