"""Drained a node for no reason, then lost node2 for a day."""

HINT = "drain"
POINTS = 3


def attempt(lab):
    manager = lab.host("swarm-manage")
    lab.faults.stop("node2")
    lab.advance("25h")
    manager.sh("docker node update --availability drain node1")
    manager.sh("docker node update --availability active node1")
    lab.advance("30s")
    return {"seconds": 6}
