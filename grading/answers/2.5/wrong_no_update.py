"""Does not see that the images differ."""

HINT = "image-changed"
POINTS = 0


def attempt(lab):
    return {"story": "BAC"}
