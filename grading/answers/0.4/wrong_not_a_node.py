"""No node's name."""

HINT = "a-node"
POINTS = 0


def attempt(lab):
    return {"answer": "another one"}
