"""Switched off and on: the shop was closed."""

HINT = "open"
POINTS = 3


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh("docker node update --availability active node1; docker node update --availability active node2")
    manager.sh("docker service scale shop=0")
    manager.sh("docker service scale shop=6")
    return {}
