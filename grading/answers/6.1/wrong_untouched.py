"""Nothing was done."""

HINT = "compare"
POINTS = 0


def attempt(lab):
    return {"port": ""}
