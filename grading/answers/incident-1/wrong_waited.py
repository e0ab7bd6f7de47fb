"""The nodes are active, and nothing moves."""

HINT = "waits"
POINTS = 0


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh("docker node update --availability active node1; docker node update --availability active node2")
    lab.advance("1m")
    return {}
