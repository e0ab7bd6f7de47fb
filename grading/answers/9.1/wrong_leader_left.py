"""The leader was demoted on the way."""

HINT = "leads"
POINTS = 3


def attempt(lab):
    manager = lab.host("swarm-manage")
    node1 = lab.host("node1")
    manager.sh("docker node promote node1 node2")
    lab.advance("5s")
    manager.sh("docker node demote swarm-manage")
    lab.advance("40s")
    node1.sh("docker node promote swarm-manage")
    lab.advance("10s")
    return {"may_fail": 1}
