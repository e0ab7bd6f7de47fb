"""``swarmlab lab``: JupyterLab on the lessons, with the learner's work kept in a folder of their own.

The lessons are copied there once.  A learner's file is never overwritten; a lesson that the learner has not
touched is brought up to date.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from swarmlab.errors import NotFound
from swarmlab.home import home


def lessons() -> list[Path]:
    """Return the notebooks of the course: beside the package in a checkout, below sys.prefix when installed.

    Raises NotFound when they are in neither place.
    """
    checkout = Path(__file__).resolve().parents[2] / "notebooks"
    for folder in (checkout, Path(sys.prefix) / "share" / "swarmlab" / "notebooks"):
        found = sorted(folder.glob("*.ipynb"))
        if found:
            return found
    raise NotFound("the lessons are not installed; install swarmlab again, or run `make notebooks` in its folder")


def prepare(folder: Path) -> list[Path]:
    """Put the lessons into `folder` and return them.  What a learner has changed is left alone."""
    folder.mkdir(parents=True, exist_ok=True)
    record = folder / ".lessons.json"
    try:
        known: dict[str, str] = json.loads(record.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        known = {}
    made = []
    for lesson in lessons():
        copy = folder / lesson.name
        if not copy.exists() or _digest(copy) == known.get(lesson.name):
            shutil.copyfile(lesson, copy)
            known[lesson.name] = _digest(copy)
        made.append(copy)
    record.write_text(json.dumps(known, indent=1), encoding="utf-8")
    return made


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def open_lab(*, browser: bool, port: int = 0) -> int:
    """Run JupyterLab on the lessons until it is stopped; return its exit code.

    It listens on loopback only, asks nobody for news or updates, and opens the first lesson that was made.
    """
    folder = home() / "lessons"
    first = prepare(folder)[0]
    command = [sys.executable, "-m", "jupyterlab", "--ip=127.0.0.1", f"--ServerApp.root_dir={folder}"]
    command += [f"--LabApp.default_url=/lab/tree/{first.name}", "--LabApp.news_url=None"]
    command += ["--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate"]
    command += ["--LabApp.extension_manager=readonly"]
    if port:
        command.append(f"--port={port}")
    if not browser:
        command.append("--no-browser")
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.append("--allow-root")
    try:
        return subprocess.call(command)
    except KeyboardInterrupt:
        return 0
