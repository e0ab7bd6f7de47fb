"""The contexts of the docker command: names for engines, kept in ``~/.docker`` by ``docker context create``.

Read here and not by the docker SDK, which finds no context while there is no ``config.json`` beside them, and the
docker command makes that file at the first login only.  Files as docker/cli writes them: cli/context/store.
"""

import hashlib
import json
import os
from pathlib import Path
from typing import Any, NamedTuple

import docker

from swarmlab.errors import InvalidArgument

DEFAULT = "default"


class Target(NamedTuple):
    """Where a context leads."""

    docker_host: str
    tls: docker.tls.TLSConfig | bool = False


def find(name: str) -> Target:
    """Return where the context `name` leads.  Raises InvalidArgument if there is none of that name."""
    if name == DEFAULT:
        return Target(os.environ.get("DOCKER_HOST") or "unix:///var/run/docker.sock")
    key = hashlib.sha256(name.encode()).hexdigest()
    endpoint = _read(_home() / "contexts/meta" / key / "meta.json").get("Endpoints", {}).get("docker", {})
    if not endpoint.get("Host"):
        raise InvalidArgument(f'there is no docker context "{name}"; `docker context ls` lists them')
    files = _home() / "contexts/tls" / key / "docker"
    if not files.is_dir():
        return Target(endpoint["Host"])
    ca, cert, secret = ((files / file) for file in ("ca.pem", "cert.pem", "key.pem"))
    tls = docker.tls.TLSConfig(
        client_cert=(str(cert), str(secret)) if cert.exists() else None,
        ca_cert=str(ca) if ca.exists() else None,
        verify=not endpoint.get("SkipTLSVerify", False),
    )
    return Target(endpoint["Host"], tls)


def current() -> str:
    """Return the name of the context that the docker command would use here (docker/cli: cli/command/cli.go)."""
    if os.environ.get("DOCKER_HOST"):
        return DEFAULT
    return os.environ.get("DOCKER_CONTEXT") or str(_read(_home() / "config.json").get("currentContext") or DEFAULT)


def _home() -> Path:
    return Path(os.environ.get("DOCKER_CONFIG") or Path.home() / ".docker")


def _read(path: Path) -> dict[str, Any]:
    """Return what a JSON file has; nothing if it is not there."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return data if isinstance(data, dict) else {}
