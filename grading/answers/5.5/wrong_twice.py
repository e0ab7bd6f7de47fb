"""The same cause for two failures."""

HINT = "twice"
POINTS = 0


def attempt(lab):
    letter = lab.dealt("5.5").facts
    return {"causes": {"refused": letter["refused"], "no route": letter["timeout"], "timeout": letter["timeout"]}}
