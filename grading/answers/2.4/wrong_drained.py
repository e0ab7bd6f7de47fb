"""A drained node is not a lost node."""

HINT = "drained"
POINTS = 0


def attempt(lab):
    lab.host("swarm-manage").sh("docker node update --availability drain node2")
    lab.advance("30s")
    return {"seconds": 0}
