"""Swarm itself replaces the task."""

HINT = "shut-down-by-swarm"
POINTS = 2


def attempt(lab):
    running = "docker service ps web-server --no-trunc --filter desired-state=running --format '{{.ID}} {{.Node}}'"
    manager = lab.host("swarm-manage")
    old, _node = manager.sh(running).stdout.split()
    manager.sh("docker service update --force web-server")
    new, _node = manager.sh(running).stdout.split()
    return {"old": old, "new": new}
