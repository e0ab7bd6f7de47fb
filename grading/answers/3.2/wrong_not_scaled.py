"""Predicted, and not tried."""

HINT = "scale"
POINTS = 2


def attempt(lab):
    return {"slots": [1, 2, 5]}
