"""A container instead of a service."""

HINT = "a-container"
POINTS = 0


def attempt(lab):
    lab.host("swarm-manage").sh("docker run --detach --name web-server httpd:2.4")
    lab.advance("10s")
    return {}
