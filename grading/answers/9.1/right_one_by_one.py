"""One after the other."""


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh("docker node promote node1")
    lab.advance("3s")
    manager.sh("docker node promote node2")
    lab.advance("3s")
    return {"may_fail": "1"}
