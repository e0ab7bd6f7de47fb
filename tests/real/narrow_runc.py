"""runc for machines whose root lacks a capability: what nobody here may have is not asked for.

``docker run --privileged`` asks for all that the kernel knows, and fails where a virtual machine's root has fewer.
Started as a script, by an engine, in the place of runc.
"""

import json
import os
import subprocess
import sys
from pathlib import Path


def narrow(file: Path) -> None:
    """Take from the settings of a container or of one process all capabilities that this process cannot give.

    Settings as in the OCI runtime specification: a container's have those of its first process in "process".
    """
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    bound = int(status["CapBnd"], 16)
    known = subprocess.run(["setpriv", "--list-caps"], capture_output=True, text=True, check=True).stdout.split()
    here = {f"CAP_{name.upper()}" for number, name in enumerate(known) if bound >> number & 1}
    settings = json.loads(file.read_text())
    process = settings.get("process", settings)
    sets = process.get("capabilities", {})
    process["capabilities"] = {kind: [name for name in sets[kind] if name in here] for kind in sets}
    file.write_text(json.dumps(settings))


if __name__ == "__main__":
    if "create" in sys.argv:
        narrow(Path(sys.argv[sys.argv.index("--bundle") + 1]) / "config.json")
    if "exec" in sys.argv:
        narrow(Path(sys.argv[sys.argv.index("--process") + 1]))
    os.execvp("runc", ["runc", *sys.argv[1:]])
