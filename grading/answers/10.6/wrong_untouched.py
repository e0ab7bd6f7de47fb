"""Nothing was done."""

HINT = "opened"
POINTS = 0


def attempt(lab):
    return {"door": ""}
