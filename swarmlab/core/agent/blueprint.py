"""What all containers made from one config have in common: worked out once from the config and its image.

moby: ``daemon/create.go``, ``daemon/commit.go`` (function merge).
"""

from dataclasses import replace
from typing import NamedTuple

from swarmlab.core.agent.container import ContainerConfig
from swarmlab.core.agent.health import merged
from swarmlab.core.agent.images import Image
from swarmlab.core.agent.programs import Plan, plan
from swarmlab.core.agent.wiring import first_wishes
from swarmlab.core.network.endpoints import EndpointSettings
from swarmlab.errors import InvalidArgument


class Blueprint(NamedTuple):
    """What a container begins with, its id, name and task apart."""

    asked: ContainerConfig  # what it was drawn from
    config: ContainerConfig  # the same, with what the image and the host add
    argv: tuple[str, ...]
    plan: Plan
    wishes: tuple[EndpointSettings, ...]


def draw(asked: ContainerConfig, image: Image, host: str) -> Blueprint:
    """Return what a container on `host` begins with.  Raises InvalidArgument when there is nothing to run."""
    entrypoint = () if asked.command == ("",) else asked.command or image.entrypoint
    args = asked.args or (() if asked.command else image.command)
    argv = (*entrypoint, *args)
    if not argv:
        raise InvalidArgument("no command specified")
    config, check = asked, merged(asked, image)
    if config.network_mode == "host" and not config.hostname:
        config = replace(config, hostname=host)
    if check != config.healthcheck:
        config = replace(config, healthcheck=check)
    process = plan(argv, image.programs, interactive=config.open_stdin, init=config.init, env=config.env)
    return Blueprint(asked, config, argv, process, first_wishes(config))
