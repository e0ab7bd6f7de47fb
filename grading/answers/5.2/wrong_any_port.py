"""Only the port of the container: Swarm chooses the other."""

HINT = "no-number"
POINTS = 0


def attempt(lab):
    lab.host("swarm-manage").sh("docker service update --publish-add 80 web-server")
    return {}
