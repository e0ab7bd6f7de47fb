"""No tag: latest is meant."""

HINT = "latest"
POINTS = 1


def attempt(lab):
    lab.host("swarm-manage").sh("docker service create --name web-server httpd")
    return {}
