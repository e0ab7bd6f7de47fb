"""Removed and made anew."""

HINT = "made-anew"
POINTS = 2


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh("docker service rm web-server")
    manager.sh("docker service create --name web-server --replicas 2 --endpoint-mode dnsrr httpd:2.4")
    return {}
