"""Killed only where the container is not."""

HINT = "other-host"
POINTS = 1


def attempt(lab):
    running = "docker service ps web-server --no-trunc --filter desired-state=running --format '{{.ID}} {{.Node}}'"
    manager = lab.host("swarm-manage")
    old, node = manager.sh(running).stdout.split()
    for name in ("swarm-manage", "node1", "node2"):
        if name != node:
            lab.host(name).sh(f"docker kill web-server.1.{old}")
    lab.advance("10s")
    return {"old": old, "new": old}
