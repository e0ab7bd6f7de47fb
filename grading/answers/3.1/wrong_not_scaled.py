"""Predicted, and not tried."""

HINT = "scale"
POINTS = 2


def attempt(lab):
    return {"counts": {"swarm-manage": 2, "node1": 1, "node2": 2}}
