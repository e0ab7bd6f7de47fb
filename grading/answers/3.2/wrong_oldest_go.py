"""Believes that the oldest tasks go."""

HINT = "oldest-go"
POINTS = 1


def attempt(lab):
    lab.host("swarm-manage").sh("docker service scale web-server=3")
    return {"slots": [4, 5, 6]}
