"""By the role."""


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh("docker node update --role manager node2")
    manager.sh("docker node update --role manager node1")
    lab.advance("10s")
    return {"may_fail": 1.0}
