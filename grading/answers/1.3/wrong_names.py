"""The slot's name instead of the ids."""

HINT = "old-is-a-name"
POINTS = 3


def attempt(lab):
    running = "docker service ps web-server --no-trunc --filter desired-state=running --format '{{.ID}} {{.Node}}'"
    manager = lab.host("swarm-manage")
    old, node = manager.sh(running).stdout.split()
    lab.host(node).sh(f"docker kill web-server.1.{old}")
    lab.advance("10s")
    return {"old": "web-server.1", "new": "web-server.1"}
