"""The host name instead of the id."""

HINT = "host-name"
POINTS = 0


def attempt(lab):
    return {"answer": "swarm-manage"}
