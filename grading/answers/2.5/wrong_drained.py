"""Takes the desired state Shutdown for a drain."""

HINT = "drained"
POINTS = 0


def attempt(lab):
    return {"story": "BDC"}
