"""``docker inspect``: any object, found by trying one kind after the other.

docker/cli: cli/command/system/inspect.go.
"""

from typing import NamedTuple

from swarmlab.cli.command import Call, Command, min_args
from swarmlab.cli.commands.common import INSPECT_FORMAT
from swarmlab.cli.errors import CommandError, EngineError
from swarmlab.cli.flags import flag, switch
from swarmlab.cli.formatter.inspect import Found, inspect
from swarmlab.gostrings import quote


class _Kind(NamedTuple):
    name: str
    go_type: str
    path: str
    swarm: bool = False


#: In the order in which they are tried.
_KINDS = (
    _Kind("container", "container.InspectResponse", "/containers/{0}/json"),
    _Kind("image", "image.InspectResponse", "/images/{0}/json"),
    _Kind("network", "network.Inspect", "/networks/{0}"),
    _Kind("volume", "volume.Volume", "/volumes/{0}"),
    _Kind("service", "swarm.Service", "/services/{0}", swarm=True),
    _Kind("task", "swarm.Task", "/tasks/{0}", swarm=True),
    _Kind("node", "swarm.Node", "/nodes/{0}", swarm=True),
    _Kind("plugin", "", "/plugins/{0}/json"),
    _Kind("secret", "swarm.Secret", "/secrets/{0}", swarm=True),
    _Kind("config", "swarm.Config", "/configs/{0}", swarm=True),
)


def _inspect(call: Call) -> None:
    wanted = call["type"]
    known = '", "'.join(sorted(kind.name for kind in _KINDS))
    if call.flags.changed("type") and not wanted:
        raise CommandError(f'type is empty: must be one of "{known}"')
    if wanted and all(kind.name != wanted for kind in _KINDS):
        raise CommandError(f'unknown type: {quote(wanted)}: must be one of "{known}"')
    inspect(call.args, call["format"], lambda reference: _find(call, reference, wanted), call.env.stdout)


def _is_skippable(error: EngineError) -> bool:
    return error.status == 404 or "not supported" in error.text or "invalid reference format" in error.text


def _find(call: Call, reference: str, wanted: str) -> Found:
    on_manager: bool | None = None
    for kind in _KINDS:
        if wanted and kind.name != wanted:
            continue
        if kind.swarm and not wanted:
            if on_manager is None:
                on_manager = bool((call.engine.get("/info").get("Swarm") or {}).get("ControlAvailable"))
            if not on_manager:
                continue
        params = {"insertDefaults": "true"} if kind.name == "service" else {}
        if kind.name == "container" and call["size"]:
            params["size"] = "1"
        try:
            found = Found(kind.go_type, call.engine.raw(kind.path.format(reference), **params))
        except EngineError as error:
            if wanted or not _is_skippable(error):
                raise
            continue
        if call["size"] and kind.name != "container":
            call.err(f"WARNING: --size ignored for {kind.name}")
        return found
    raise CommandError(f"Error: No such object: {reference}")


def command() -> Command:
    """Return ``docker inspect``."""
    return Command("inspect [OPTIONS] NAME|ID [NAME|ID...]", "Return low-level information on Docker objects", _inspect,
                   min_args(1), (
        INSPECT_FORMAT,
        flag("type", "Only inspect objects of the given type"),
        switch("size", "Display total file sizes if the type is container", short="s"),
    ))  # fmt: skip
