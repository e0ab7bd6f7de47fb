"""Only one is stopped: a majority is left."""

HINT = "not-yet"
POINTS = 3


def attempt(lab):
    manager = lab.host("swarm-manage")
    node2 = lab.host("node2")
    manager.sh("systemctl stop docker")
    lab.advance("40s")
    node2.sh("docker service scale web-server=4")
    lab.advance("30s")
    return {}
