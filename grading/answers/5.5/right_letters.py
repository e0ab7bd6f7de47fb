"""Capital letters."""


def attempt(lab):
    letter = lab.dealt("5.5").facts
    return {"causes": {"refused": letter["refused"], "no route": letter["no route"], "timeout": letter["timeout"]}}
