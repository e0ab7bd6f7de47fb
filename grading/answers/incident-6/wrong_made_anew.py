"""Removed and made anew."""

HINT = "same"
POINTS = 1


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh("docker service rm shop")
    manager.sh("docker service create --quiet --name shop --replicas 4 httpd:2.4.65")
    return {}
