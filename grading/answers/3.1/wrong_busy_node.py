"""Believes that the busy node is left out."""

HINT = "busy-node"
POINTS = 1


def attempt(lab):
    lab.host("swarm-manage").sh("docker service scale web-server=5")
    return {"counts": {"swarm-manage": 3, "node1": 0, "node2": 2}}
