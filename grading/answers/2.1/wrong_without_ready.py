"""One state is missing, as in many lists."""

HINT = "not-all"
POINTS = 0


def attempt(lab):
    return {"order": "new, pending, assigned, accepted, preparing, starting, running, complete, failed"}
