"""Nothing was done."""

HINT = "impossible-wish"
POINTS = 0


def attempt(lab):
    return {"reason": ""}
