"""The order of Docker's own documentation: ready before preparing."""

HINT = "ready-early"
POINTS = 0


def attempt(lab):
    return {"order": "new, pending, assigned, accepted, ready, preparing, starting, running, complete, failed"}
