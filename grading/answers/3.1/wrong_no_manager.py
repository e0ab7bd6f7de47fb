"""Believes that managers only manage."""

HINT = "no-manager"
POINTS = 1


def attempt(lab):
    lab.host("swarm-manage").sh("docker service scale web-server=5")
    return {"counts": {"swarm-manage": 0, "node1": 2, "node2": 3}}
