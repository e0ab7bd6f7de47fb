"""``docker stack``.  docker/cli: cli/command/stack."""

from swarmlab.cli.command import Command, no_args
from swarmlab.cli.commands.stack import deploy, read, remove


def command() -> Command:
    """Return the group with its commands."""
    return Command("stack [OPTIONS]", "Manage Swarm stacks", None, no_args, swarm="manager").add(
        deploy.CONFIG,
        deploy.DEPLOY,
        read.LIST,
        read.PS,
        read.SERVICES,
        remove.REMOVE,
    )
