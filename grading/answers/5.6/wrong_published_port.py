"""Closed, but the wrong number handed in."""

HINT = "published-port"
POINTS = 3


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh("docker service update --publish-rm 8080 web-server")
    manager.sh("docker service update --publish-rm 8080:80 web-server")
    return {"port": 8080}
