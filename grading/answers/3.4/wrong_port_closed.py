"""Takes the port away and scales to nothing."""

HINT = "port-lost"
POINTS = 3


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh("docker service update --publish-rm 80 web-server")
    manager.sh("docker service scale web-server=0")
    return {}
