"""No service, no work."""

HINT = "removed"
POINTS = 0


def attempt(lab):
    lab.host("swarm-manage").sh("docker service rm web-server")
    lab.advance("5s")
    return {}
