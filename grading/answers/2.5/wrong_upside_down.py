"""From top to bottom."""

HINT = "upside-down"
POINTS = 0


def attempt(lab):
    return {"story": "CAEB"}
