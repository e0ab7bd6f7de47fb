"""Nothing was said."""

HINT = "no-answer"
POINTS = 0


def attempt(lab):
    return {"reaches": {"swarm-manage": None, "node1": None, "node2": None}}
