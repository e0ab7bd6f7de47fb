"""A task that fails and runs again."""

HINT = "ending-too-early"
POINTS = 0


def attempt(lab):
    return {"order": "new, pending, assigned, accepted, preparing, ready, starting, failed, running, complete"}
