"""Paused, and all tasks replaced while at it."""

HINT = "lost"
POINTS = 3


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh("docker node update --availability pause node2")
    manager.sh("docker service update --force --replicas 6 web-server")
    lab.advance("10s")
    return {}
