"""Does not look at the other service in a tie."""

HINT = "tie"
POINTS = 0


def attempt(lab):
    return {"counts": {"swarm-manage": 1, "node1": 2, "node2": 2}}
