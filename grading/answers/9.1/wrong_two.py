"""Two should be safer than one."""

HINT = "two"
POINTS = 1


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh("docker node promote node1")
    lab.advance("5s")
    return {"may_fail": 1}
