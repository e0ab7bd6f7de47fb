"""Which node "self" is.  docker/cli: cli/command/node/cmd.go, Reference."""

from swarmlab.cli.api import Engine
from swarmlab.cli.errors import CommandError


def node_reference(engine: Engine, reference: str) -> str:
    """Return `reference`, or the ID of the engine's own node for "self"."""
    if reference != "self":
        return reference
    node_id = (engine.get("/info").get("Swarm") or {}).get("NodeID", "")
    if not node_id:
        engine.get("/nodes")  # refused with the reason, unless there is none
        raise CommandError("node ID not found in /info")
    return str(node_id)
