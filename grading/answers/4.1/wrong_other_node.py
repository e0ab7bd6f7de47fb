"""Another node is drained."""

HINT = "other-node"
POINTS = 3


def attempt(lab):
    lab.host("swarm-manage").sh("docker node update --availability drain node1")
    lab.advance("15s")
    return {}
