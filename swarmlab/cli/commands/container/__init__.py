"""``docker container`` (the same commands without the noun are in `commands`).  docker/cli: cli/command/container."""

from swarmlab.cli.command import Command, no_args


def command() -> Command:
    """Return the group with its commands."""
    from swarmlab.cli.commands.container import execute, lifecycle, listing, more, run

    return Command("container", "Manage containers", None, no_args).add(
        execute.command(), lifecycle.container_inspect(), lifecycle.kill(), lifecycle.logs(), listing.ls(),
        lifecycle.remove(), run.command(), lifecycle.start(), lifecycle.stop(), more.pause(), more.port(), more.prune(),
        more.rename(), more.restart(), more.top(), more.unpause(), more.wait(),
    )  # fmt: skip
