"""A list without names."""

HINT = "not-numbers"
POINTS = 1


def attempt(lab):
    lab.host("swarm-manage").sh("docker service scale web-server=5")
    return {"counts": [2, 1, 2]}
