"""Believes that a pending task is pulling its image."""

HINT = "pending-late"
POINTS = 0


def attempt(lab):
    return {"order": "new, assigned, accepted, pending, preparing, ready, starting, running, complete, failed"}
