"""Nothing was done."""

HINT = "no-answer"
POINTS = 0


def attempt(lab):
    return {"counts": {"swarm-manage": 0, "node1": 0, "node2": 0}}
