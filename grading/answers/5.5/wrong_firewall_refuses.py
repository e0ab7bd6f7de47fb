"""Believes that refused means a firewall."""

HINT = "refused-firewall"
POINTS = 0


def attempt(lab):
    return {"causes": {"refused": "C", "no route": "B", "timeout": "A"}}
