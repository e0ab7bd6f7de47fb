"""Switched off on the way."""

HINT = "open"
POINTS = 2


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh("docker service scale --detach shop=0")
    lab.advance("20s")
    manager.sh("docker service update --detach --image httpd:2.4.65 --replicas 3 shop")
    lab.advance("1m")
    return {}
