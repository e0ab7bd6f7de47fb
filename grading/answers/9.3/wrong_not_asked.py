"""Nobody asked for a page."""

HINT = "ask"
POINTS = 5


def attempt(lab):
    manager = lab.host("swarm-manage")
    node1 = lab.host("node1")
    node2 = lab.host("node2")
    manager.sh("systemctl stop docker")
    node1.sh("systemctl stop docker")
    lab.advance("40s")
    node2.sh("docker service scale web-server=4")
    manager.sh("systemctl start docker")
    node1.sh("systemctl start docker")
    lab.advance("1m")
    node2.sh("docker service scale web-server=4")
    lab.advance("30s")
    return {}
