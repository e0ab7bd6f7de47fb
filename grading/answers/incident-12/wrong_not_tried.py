"""Replaced, and not tried."""

HINT = "answered"
POINTS = 0


def attempt(lab):
    lab.host("swarm-manage").sh("docker service update --detach --force shop")
    lab.advance("2m")
    return {}
