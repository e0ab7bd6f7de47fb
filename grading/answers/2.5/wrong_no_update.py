"""Does not see that the images differ."""

HINT = "image-changed"
POINTS = 0


def attempt(lab):
    letter = lab.dealt("2.5").facts
    return {"story": "".join(letter[event] for event in ("no image", "error", "runs"))}
