"""Another image instead of another argument."""

HINT = "changed"
POINTS = 0


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh("docker service update --image httpd:2.4.64 web-server")
    return {"replaced": []}
