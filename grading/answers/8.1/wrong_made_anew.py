"""Removed and made anew."""

HINT = "dip"
POINTS = 2


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh("docker service rm web-server")
    manager.sh("docker service create --name web-server --replicas 3 httpd:2.4.65")
    return {}
