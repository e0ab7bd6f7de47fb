"""Asks for three, since three fit."""

HINT = "fewer"
POINTS = 3


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh("docker service update --reserve-memory 512M alfa")
    manager.sh("docker node update --label-add disk=ssd node2")
    manager.sh("docker service scale charlie=3")
    lab.advance("10s")
    return {}
