"""``docker container`` and the same commands without the noun.  docker/cli: cli/command/container."""

from swarmlab.cli.command import Command, no_args
from swarmlab.cli.commands.container import execute, lifecycle, listing, run


def command() -> Command:
    """Return the group with its commands."""
    return Command("container", "Manage containers", None, no_args).add(
        execute.command(), lifecycle.container_inspect(), lifecycle.kill(), lifecycle.logs(), listing.ls(),
        lifecycle.remove(), run.command(), lifecycle.start(), lifecycle.stop(),
    )  # fmt: skip


def top_level() -> tuple[Command, ...]:
    """Return the commands that docker also has without "container"."""
    remove = lifecycle.remove()
    remove.aliases = ()
    return (
        execute.command(), lifecycle.kill(), lifecycle.logs(), listing.ps(), remove, run.command(), lifecycle.start(),
        lifecycle.stop(),
    )  # fmt: skip
