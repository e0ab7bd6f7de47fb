"""Rolled back, but the second task was replaced already."""

HINT = "too-fast"
POINTS = 4


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh("docker service update --update-failure-action rollback --image crash:latest web-server")
    lab.advance("20s")
    return {}
