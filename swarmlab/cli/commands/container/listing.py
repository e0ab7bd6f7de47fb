"""``docker ps``.  docker/cli: cli/command/container/list.go."""

from swarmlab.cli.command import Call, Command, no_args
from swarmlab.cli.commands.common import FORMAT, LIST_FILTER
from swarmlab.cli.errors import CommandError
from swarmlab.cli.flags import flag, switch
from swarmlab.cli.formatter.container import ContainerRow, list_format
from swarmlab.cli.formatter.context import write
from swarmlab.cli.formatter.functions import parse
from swarmlab.cli.values import Int
from swarmlab.gotemplate import TemplateError

_FLAGS = (
    switch("quiet", "Only display container IDs", short="q"),
    switch("size", "Display total file sizes", short="s"),
    switch("all", "Show all containers (default shows just running)", short="a"),
    switch("no-trunc", "Don't truncate output"),
    switch("latest", "Show the latest created container (includes all states)", short="l"),
    flag("last", "Show n last created containers (includes all states)", lambda: Int(-1), short="n"),
    FORMAT,
    LIST_FILTER,
)


def _list(call: Call) -> None:
    form = call["format"]
    if form and call["quiet"]:
        call.err("WARNING: Ignoring custom format, because both --format and --quiet are set.")
    size = call["size"]
    if form:
        try:
            parse(form).render(ContainerRow({"Id": ""}, 0, cut=False))
        except TemplateError as error:
            reason = "execute" if "executing" in str(error) else "parse"
            raise CommandError(f"failed to {reason} template: {error}") from None
        if not call["quiet"] and not call.flags.changed("size"):
            size = size or ".Size" in form
    last = call["last"]
    limit = 1 if call["latest"] and last == -1 else last
    containers = call.engine.get(
        "/containers/json", all=call["all"], limit=limit if limit > 0 else None, size=size, filters=call["filter"]
    )
    now = call.env.clock.now()
    rows = [ContainerRow(container, now, cut=not call["no-trunc"]) for container in containers]
    call.env.stdout.write(write(list_format(form, call["quiet"], size), ContainerRow, rows))


def ps() -> Command:
    """Return ``docker ps``."""
    return Command(
        "ps [OPTIONS]",
        "List containers",
        _list,
        no_args,
        _FLAGS,
        top=3,
        shown_aliases="docker container ls, docker container list, docker container ps, docker ps",
    )


def ls() -> Command:
    """Return ``docker container ls``."""
    return Command(
        "ls [OPTIONS]",
        "List containers",
        _list,
        no_args,
        _FLAGS,
        aliases=("ps", "list"),
        shown_aliases="docker container ls, docker container list, docker container ps, docker ps",
    )
