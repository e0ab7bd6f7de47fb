"""Forced another placement instead of draining."""

HINT = "replaced"
POINTS = 3


def attempt(lab):
    manager = lab.host("swarm-manage")
    running = "docker service ps web-server --filter desired-state=running --format '{{.Node}}'"
    now = manager.sh(running).stdout.strip()
    manager.sh("docker service update --force web-server")
    return {"answer": {"node1": "node2", "node2": "node1"}[now]}
