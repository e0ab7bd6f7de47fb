"""Scaled before anything was lost."""

HINT = "order"
POINTS = 5


def attempt(lab):
    manager = lab.host("swarm-manage")
    node1 = lab.host("node1")
    node2 = lab.host("node2")
    manager.sh("docker service scale web-server=4")
    manager.sh("systemctl stop docker")
    node1.sh("systemctl stop docker")
    lab.advance("40s")
    node2.sh("docker service scale web-server=5")
    node2.sh("for i in 1 2 3 4; do curl -s --max-time 2 192.168.1.13:8080; done")
    manager.sh("systemctl start docker")
    node1.sh("systemctl start docker")
    lab.advance("1m")
    node2.sh("docker service scale web-server=4")
    lab.advance("30s")
    return {}
