"""Keeps this one service away from the manager."""

HINT = "by-constraint"
POINTS = 3


def attempt(lab):
    lab.host("swarm-manage").sh("docker service update --constraint-add node.role==worker web-server")
    lab.advance("15s")
    return {}
