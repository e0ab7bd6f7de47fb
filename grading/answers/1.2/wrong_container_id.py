"""The id of the container, not its name."""

HINT = "container-id"
POINTS = 0


def attempt(lab):
    for name in ("swarm-manage", "node1", "node2"):
        found = lab.host(name).sh("docker ps --quiet --filter name=web-server").stdout.strip()
        if found:
            return {"answer": found}
    return {}
