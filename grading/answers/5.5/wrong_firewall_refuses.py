"""Believes that refused means a firewall."""

HINT = "refused-firewall"
POINTS = 0


def attempt(lab):
    letter = lab.dealt("5.5").facts
    return {"causes": {"refused": letter["no route"], "no route": letter["refused"], "timeout": letter["timeout"]}}
