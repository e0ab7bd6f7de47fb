"""Claims about the requests that were made since an exercise began.  A real swarm's history has none."""

from swarmlab.checks.claims import Claim, Scene, count


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


def last_are_answered(address: str, number: int = 1) -> Claim:
    """The last `number` requests for `address` ("8080", or "192.168.1.13:8080") since the start were all answered."""

    def results(scene: Scene) -> list[str]:
        rows = scene.world.requests[len(scene.start.requests) :]
        found = [row.state for row in rows if row.state is not None and f":{row.state['url']}".endswith(f":{address}")]
        return [state["result"] for state in found[-number:]]

    def found(scene: Scene) -> str:
        seen = results(scene)
        failed = [result for result in seen if result != "ok"]
        if failed:
            return f"of the last {count(len(seen), 'request')}, {len(failed)} failed ({', '.join(sorted(set(failed)))})"
        return f"so far {count(len(seen), 'request')} answered" if seen else "no request was made"

    many = "a request" if number == 1 else f"{number} requests in a row"
    where = f"port {address}" if address.isdigit() else f"`{address}`"
    return Claim(
        f"{many} for {where} {'is' if number == 1 else 'are'} answered, and no later one fails",
        lambda scene: len(results(scene)) == number and set(results(scene)) == {"ok"},
        found,
        f"curl --max-time 2 {'192.168.1.11:' if address.isdigit() else ''}{address}",
    )


def last_are_pages(number: int, port: int) -> Claim:
    """The last `number` requests to a published `port` since the start were all answered with a page (status 200)."""

    def statuses(scene: Scene) -> list[int]:
        rows = [row.state for row in scene.world.requests[len(scene.start.requests) :] if row.state is not None]
        return [state["status"] for state in rows if state["url"].endswith(f":{port}")][-number:]

    def found(scene: Scene) -> str:
        seen = [str(status) if status else "none" for status in statuses(scene)]
        return f"the answers to the last requests have the status {', '.join(seen)}" if seen else "nobody has asked"

    return Claim(
        f"the last {number} requests to port {port} are all answered with a page (status 200)",
        lambda scene: len(statuses(scene)) == number and set(statuses(scene)) == {200},
        found,
        f"curl --silent --show-error --fail 192.168.1.11:{port}",
    )
