"""Nothing was done."""

HINT = "cap"
POINTS = 0


def attempt(lab):
    return {"reason": ""}
