"""Switched off for the change."""

HINT = "two"
POINTS = 2


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh("docker service scale search=0")
    manager.sh("docker service update --detach --reserve-memory 512M --replicas 5 search")
    lab.advance("1m")
    return {}
