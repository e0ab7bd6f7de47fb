"""``swarmlab real``: a real three-host swarm on this machine, for those who want more than the simulated one."""

import json
import shlex
from collections.abc import Callable
from pathlib import Path

from swarmlab.errors import Unavailable
from swarmlab.real import dind, namespaces
from swarmlab.real.hosts import Backend, Host

#: How the engines are started.
WAYS = ("auto", "containers", "namespaces")


def backend(way: str, folder: Path | None, image: str, say: Callable[[str], None]) -> Backend:
    """Return the backend for `way`; "auto": containers where an engine answers, else namespaces where that is possible.

    What is up already decides first.  Raises Unavailable where neither works.
    """
    here = namespaces.Namespaces(folder or namespaces.FOLDER, say=say)
    if way == "namespaces" or (way == "auto" and (folder is not None or here.path.exists())):
        return here
    try:
        return dind.Containers(dind.connect_outer(), image, say=say)
    except Unavailable:
        if way == "containers":
            raise
    lacking = namespaces.missing()
    if lacking:
        raise Unavailable(f"No Docker engine answers here that could run the hosts as containers. {lacking}")
    return here


def table(hosts: list[Host]) -> str:
    """Return a line per host."""
    return "\n".join(
        f"{host.name:<14} {host.address:<15} {host.state:<10} DOCKER_HOST={host.docker_host}" for host in hosts
    )


def addresses(hosts: list[Host]) -> str:
    """Return the JSON for SWARMLAB_HOSTS."""
    return json.dumps({host.name: host.docker_host for host in hosts})


def exports(hosts: list[Host]) -> str:
    """Return lines for a shell that choose these hosts."""
    first = next((host for host in hosts if host.state == "manager"), hosts[0])
    variables = {"SWARMLAB_BACKEND": "real", "SWARMLAB_HOSTS": addresses(hosts), "DOCKER_HOST": first.docker_host}
    return "\n".join(f"export {name}={shlex.quote(value)}" for name, value in variables.items())
