"""Believes that one is the least."""

HINT = "some-left"
POINTS = 0


def attempt(lab):
    lab.host("swarm-manage").sh("docker service scale web-server=1")
    return {}
