"""From top to bottom."""

HINT = "upside-down"
POINTS = 0


def attempt(lab):
    letter = lab.dealt("2.5").facts
    return {"story": "".join(letter[event] for event in ("runs", "error", "changed", "no image"))}
