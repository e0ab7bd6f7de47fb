"""One to spare, and left so."""

HINT = "left-scaled"
POINTS = 0


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh("docker service scale web-server=4")
    manager.sh("docker service update --image httpd:2.4.65 web-server")
    return {}
