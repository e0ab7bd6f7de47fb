"""None may fail."""

HINT = "number"
POINTS = 3


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh("docker node promote node1 node2")
    lab.advance("5s")
    return {"may_fail": 0}
