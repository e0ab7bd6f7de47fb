"""The update before the image was found missing."""

HINT = "order"
POINTS = 0


def attempt(lab):
    return {"story": "EBAC"}
