"""More than needed."""

HINT = "numbers"
POINTS = 1


def attempt(lab):
    return {"managers": {"one": 5, "two": 7, "three": 9}, "zones": [2, 2, 1]}
