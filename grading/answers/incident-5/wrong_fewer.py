"""Asks for three, since three fit."""

HINT = "fewer"
POINTS = 0


def attempt(lab):
    lab.host("swarm-manage").sh("docker service scale search=3")
    lab.advance("10s")
    return {}
