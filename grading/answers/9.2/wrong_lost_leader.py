"""Gives the order to the lost leader."""

HINT = "too-early"
POINTS = 3


def attempt(lab):
    manager = lab.host("swarm-manage")
    node1 = lab.host("node1")
    manager.sh("systemctl stop docker")
    lab.advance("1m")
    node1.sh("for i in 1 2 3 4; do curl -s 192.168.1.12:8080; done")
    manager.sh("docker service scale web-server=5")
    lab.advance("30s")
    return {}
