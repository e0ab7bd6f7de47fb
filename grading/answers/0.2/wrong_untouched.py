"""Nothing was done."""

HINT = "type-it"
POINTS = 0


def attempt(lab):
    return {"answer": ""}
