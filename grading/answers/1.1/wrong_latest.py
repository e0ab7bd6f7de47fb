"""latest, written."""

HINT = "latest"
POINTS = 1


def attempt(lab):
    lab.host("swarm-manage").sh("docker service create --name web-server httpd:latest")
    return {}
