"""Removed and made anew."""

HINT = "same"
POINTS = 1


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh("docker service rm cache")
    manager.sh("docker service create --quiet --name cache --constraint node.labels.disk==ssd redis:7.4")
    return {}
