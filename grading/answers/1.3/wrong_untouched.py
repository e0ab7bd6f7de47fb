"""Nothing was done."""

HINT = "kill"
POINTS = 0


def attempt(lab):
    return {"old": "", "new": ""}
