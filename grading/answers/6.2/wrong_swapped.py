"""The wrong way round."""

HINT = "swapped"
POINTS = 0


def attempt(lab):
    return {"networks": {"10.0.0": "docker_gwbridge", "172.18.0": "ingress"}}
