"""Labels another node."""

HINT = "bravo"
POINTS = 2


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh("docker service update --reserve-memory 512M alfa")
    manager.sh("docker node update --label-add disk=ssd node1")
    lab.advance("10s")
    return {}
