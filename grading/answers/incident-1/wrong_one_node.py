"""One of the two is forgotten."""

HINT = "spread"
POINTS = 0


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh("docker node update --availability active node1")
    manager.sh("docker service update --quiet --force shop")
    return {}
