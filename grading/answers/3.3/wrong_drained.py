"""Drains a node, and then repairs the spread."""

HINT = "drained"
POINTS = 3


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh("docker node update --availability drain node1")
    lab.advance("20s")
    manager.sh("docker node update --availability active node1")
    manager.sh("docker service update --force web-server")
    lab.advance("10s")
    return {}
