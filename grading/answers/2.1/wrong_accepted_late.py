"""The node accepts after it has prepared."""

HINT = "order"
POINTS = 0


def attempt(lab):
    return {"order": "new, pending, assigned, preparing, accepted, ready, starting, running, complete, failed"}
