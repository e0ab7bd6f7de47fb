"""Paused is not active."""

HINT = "spread"
POINTS = 0


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh("docker node update --availability pause node1; docker node update --availability pause node2")
    manager.sh("docker service update --quiet --force shop")
    return {}
