"""Asks for more tasks."""

HINT = "more"
POINTS = 0


def attempt(lab):
    lab.host("swarm-manage").sh("docker service scale --detach shop=5")
    lab.advance("1m")
    return {}
