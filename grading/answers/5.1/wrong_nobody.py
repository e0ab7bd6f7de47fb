"""Believes that nobody reaches it."""

HINT = "its-host"
POINTS = 0


def attempt(lab):
    return {"reaches": {"swarm-manage": False, "node1": False, "node2": False}}
