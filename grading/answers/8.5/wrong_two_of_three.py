"""The third is left."""

HINT = "charlie"
POINTS = 3


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh("docker service update --reserve-memory 512M alfa")
    manager.sh("docker node update --label-add disk=ssd node2")
    lab.advance("10s")
    return {}
