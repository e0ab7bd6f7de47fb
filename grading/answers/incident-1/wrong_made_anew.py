"""Removed and made anew."""

HINT = "same"
POINTS = 2


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh("docker node update --availability active node1; docker node update --availability active node2")
    manager.sh("docker service rm shop")
    manager.sh("docker service create --quiet --name shop --replicas 6 httpd:2.4")
    return {}
