"""Removed."""

HINT = "removed"
POINTS = 0


def attempt(lab):
    lab.host("swarm-manage").sh("docker service rm web-server")
    return {}
