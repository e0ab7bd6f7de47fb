"""Takes the desired state Shutdown for a drain."""

HINT = "drained"
POINTS = 0


def attempt(lab):
    letter = lab.dealt("2.5").facts
    return {"story": "".join(letter[event] for event in ("no image", "drained", "runs"))}
