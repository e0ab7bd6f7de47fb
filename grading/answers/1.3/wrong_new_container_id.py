"""The id of the new container instead of the new task."""

HINT = "new-is-container-id"
POINTS = 4


def attempt(lab):
    running = "docker service ps web-server --no-trunc --filter desired-state=running --format '{{.ID}} {{.Node}}'"
    manager = lab.host("swarm-manage")
    old, node = manager.sh(running).stdout.split()
    lab.host(node).sh(f"docker kill web-server.1.{old}")
    lab.advance("10s")
    _new, node = manager.sh(running).stdout.split()
    return {"old": old, "new": lab.host(node).sh("docker ps --quiet --filter name=web-server").stdout.strip()}
