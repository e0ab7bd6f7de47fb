"""No route and time-out mixed up."""

HINT = "who-answers"
POINTS = 0


def attempt(lab):
    letter = lab.dealt("5.5").facts
    return {"causes": {"refused": letter["refused"], "no route": letter["timeout"], "timeout": letter["no route"]}}
