"""Believes that a swarm is one network."""

HINT = "all"
POINTS = 0


def attempt(lab):
    return {"reaches": {"swarm-manage": True, "node1": True, "node2": True}}
