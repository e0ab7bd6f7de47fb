"""Only the port is closed."""

HINT = "only-closed"
POINTS = 0


def attempt(lab):
    lab.host("swarm-manage").sh("docker service update --publish-rm 80 web-server")
    return {}
