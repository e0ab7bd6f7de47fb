"""Claims about the requests that were made since an exercise began.  A real swarm's history has none."""

from swarmlab.checks.claims import Claim, Scene
from swarmlab.plural import count

#: How a request ends well.
PAGE = "status 200"


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


def last_are_pages(address: str, number: int = 1) -> Claim:
    """The last `number` requests for `address` since the start were all answered with a page (status 200).

    `address`: a port ("8080"), or that of one host ("192.168.1.13:8080").
    """

    def outcomes(scene: Scene) -> list[str]:
        rows = [row.state for row in scene.world.requests[len(scene.start.requests) :] if row.state is not None]
        asked = [state for state in rows if f":{state['url']}".endswith(f":{address}")]
        return [
            f"status {state['status']}" if state["result"] == "ok" else state["result"] for state in asked[-number:]
        ]

    def found(scene: Scene) -> str:
        seen = outcomes(scene)
        bad = [outcome for outcome in seen if outcome != PAGE]
        if bad:
            return f"of the last {count(len(seen), 'request')}, {len(bad)} failed ({', '.join(sorted(set(bad)))})"
        return f"so far {count(len(seen), 'request')} answered" if seen else "no request was made"

    many = "a request" if number == 1 else f"{number} requests in a row"
    where = f"port {address}" if address.isdigit() else f"`{address}`"
    return Claim(
        f"{many} for {where} {'is' if number == 1 else 'are'} answered with a page, and no later one fails",
        lambda scene: outcomes(scene) == [PAGE] * number,
        found,
        f"curl --max-time 2 {'192.168.1.11:' if address.isdigit() else ''}{address}",
    )
