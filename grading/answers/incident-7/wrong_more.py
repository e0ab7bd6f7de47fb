"""Asks for more tasks."""

HINT = "stays"
POINTS = 0


def attempt(lab):
    lab.host("swarm-manage").sh("docker service scale --detach api=6")
    lab.advance("2m")
    return {}
