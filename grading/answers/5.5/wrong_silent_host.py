"""Believes that a closed port makes one wait."""

HINT = "silence"
POINTS = 0


def attempt(lab):
    letter = lab.dealt("5.5").facts
    return {"causes": {"refused": letter["timeout"], "no route": letter["no route"], "timeout": letter["refused"]}}
