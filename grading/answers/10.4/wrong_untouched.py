"""Nothing was done."""

HINT = "tried"
POINTS = 0


def attempt(lab):
    return {"container": ""}
