"""Removed, to be made anew."""

HINT = "removed"
POINTS = 0


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh("docker service rm web-server")
    return {}
