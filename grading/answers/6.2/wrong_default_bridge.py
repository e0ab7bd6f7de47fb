"""Takes it for the default bridge."""

HINT = "bridge"
POINTS = 0


def attempt(lab):
    return {"networks": {"10.0.0": "ingress", "172.18.0": "bridge"}}
