"""Believes that the highest slots always go."""

HINT = "highest-go"
POINTS = 1


def attempt(lab):
    lab.host("swarm-manage").sh("docker service scale web-server=3")
    return {"slots": [1, 2, 3]}
