"""Scaled first: node2 gets a second task."""

HINT = "too-late"
POINTS = 3


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh("docker service scale web-server=6")
    manager.sh("docker node update --availability pause node2")
    return {}
