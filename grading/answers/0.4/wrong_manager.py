"""A guess: the manager."""

HINT = "manager"
POINTS = 0


def attempt(lab):
    return {"answer": "swarm-manage"}
