"""Claims about the requests that were made since an exercise began.  A real swarm's history has none."""

from swarmlab.checks.claims import Claim, Scene


def servers(scene: Scene) -> list[str]:
    """Return the names of the containers that answered, in order."""
    rows = scene.world.requests[len(scene.start.requests) :]
    return [row.state["server"] for row in rows if row.state is not None and row.state["result"] == "ok"]


def in_a_row(number: int, answering: int) -> Claim:
    """Somewhere `number` requests, one after the other, were answered by exactly `answering` containers in all."""

    def holds(scene: Scene) -> bool:
        seen = servers(scene)
        return any(len(set(seen[i : i + number])) == answering for i in range(len(seen) - number + 1))

    def found(scene: Scene) -> str:
        seen = servers(scene)
        return f"{len(seen)} requests were answered, the last {number} by {len(set(seen[-number:]))} containers"

    who = "one container" if answering == 1 else f"{answering} different containers"
    return Claim(f"{number} requests in a row are answered by {who}", holds, found, "docker service logs NAME")
