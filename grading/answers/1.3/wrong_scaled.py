"""Scaled to nothing and back: the task is deleted, not ended."""

HINT = "scaled-away"
POINTS = 2


def attempt(lab):
    running = "docker service ps web-server --no-trunc --filter desired-state=running --format '{{.ID}} {{.Node}}'"
    manager = lab.host("swarm-manage")
    old, _node = manager.sh(running).stdout.split()
    manager.sh("docker service scale web-server=0")
    manager.sh("docker service scale web-server=1")
    new, _node = manager.sh(running).stdout.split()
    return {"old": old, "new": new}
