"""Two instead of three."""

HINT = "not-three"
POINTS = 0


def attempt(lab):
    return {"slots": [1, 5]}
