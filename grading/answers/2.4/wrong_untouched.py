"""Nothing was done."""

HINT = "stop-it"
POINTS = 0


def attempt(lab):
    return {"seconds": None}
