"""One more than may fail."""

HINT = "one-more"
POINTS = 1


def attempt(lab):
    return {"managers": {"one": 2, "two": 3, "three": 4}, "zones": [2, 2, 1]}
