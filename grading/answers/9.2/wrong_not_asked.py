"""Nobody asked for a page."""

HINT = "ask"
POINTS = 4


def attempt(lab):
    manager = lab.host("swarm-manage")
    node1 = lab.host("node1")
    manager.sh("systemctl stop docker")
    lab.advance("40s")
    node1.sh("docker service scale web-server=5")
    lab.advance("30s")
    return {}
