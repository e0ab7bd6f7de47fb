"""Closed, and no number handed in."""

HINT = "port"
POINTS = 3


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh("docker service update --publish-rm 8080 web-server")
    manager.sh("docker service update --publish-rm 80 web-server")
    return {"port": 0}
