"""Off and on again."""

HINT = "scaled-down"
POINTS = 3


def attempt(lab):
    lab.host("node2").sh("systemctl start docker")
    lab.advance("90s")
    manager = lab.host("swarm-manage")
    manager.sh("docker service scale web-server=0")
    manager.sh("docker service scale web-server=6")
    return {}
