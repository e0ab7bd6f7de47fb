"""``docker service``.  docker/cli: cli/command/service."""

from swarmlab.cli.command import Command, no_args
from swarmlab.cli.commands.service import create, logs, read, update


def command() -> Command:
    """Return the group with its commands."""
    return Command("service", "Manage Swarm services", None, no_args, swarm="manager").add(
        create.COMMAND,
        logs.COMMAND,
        read.LIST,
        read.PS,
        read.INSPECT,
        read.REMOVE,
        update.UPDATE,
        update.ROLLBACK,
        update.SCALE,
    )
