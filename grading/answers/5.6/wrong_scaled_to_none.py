"""Closed by having no tasks any more."""

HINT = "gone"
POINTS = 2


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh("docker service update --publish-rm 8080 web-server")
    manager.sh("docker service update --publish-rm 80 web-server")
    manager.sh("docker service scale web-server=0")
    return {"port": 80}
