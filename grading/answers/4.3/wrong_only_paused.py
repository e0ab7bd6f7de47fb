"""Paused, and never tried."""

HINT = "not-scaled"
POINTS = 0


def attempt(lab):
    lab.host("swarm-manage").sh("docker node update --availability pause node2")
    return {}
