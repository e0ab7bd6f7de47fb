"""Refused, and left so."""

HINT = "other-mode"
POINTS = 3


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh("docker service update --reserve-memory 512M alfa")
    manager.sh("docker node update --label-add disk=ssd node2")
    manager.sh("docker service update --publish-rm 80 --publish-add 8080:80 charlie")
    lab.advance("10s")
    return {}
