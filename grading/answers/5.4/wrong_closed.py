"""Only the first half: the port is closed."""

HINT = "closed"
POINTS = 0


def attempt(lab):
    lab.host("swarm-manage").sh("docker service update --publish-rm 80 web-server")
    return {}
