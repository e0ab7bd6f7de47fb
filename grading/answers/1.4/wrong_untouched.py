"""Nothing was done."""

HINT = "changed"
POINTS = 0


def attempt(lab):
    return {"replaced": []}
