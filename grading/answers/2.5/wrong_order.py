"""The update before the image was found missing."""

HINT = "order"
POINTS = 0


def attempt(lab):
    letter = lab.dealt("2.5").facts
    return {"story": "".join(letter[event] for event in ("changed", "no image", "error", "runs"))}
