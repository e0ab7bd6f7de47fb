"""Removed, and made with the argument."""

HINT = "same"
POINTS = 3


def attempt(lab):
    manager = lab.host("swarm-manage")
    before = manager.sh("docker service ps --quiet web-server").stdout.split()
    manager.sh("docker service rm web-server")
    manager.sh("docker service create --name web-server --replicas 2 httpd:2.4 httpd-foreground -e debug")
    return {"replaced": before}
