"""Nothing was done."""

HINT = "repaired"
POINTS = 0


def attempt(lab):
    return {"reason": ""}
