"""Believes that a closed port makes one wait."""

HINT = "silence"
POINTS = 0


def attempt(lab):
    return {"causes": {"refused": "A", "no route": "C", "timeout": "B"}}
