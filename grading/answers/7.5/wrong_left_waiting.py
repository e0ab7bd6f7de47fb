"""One is left waiting."""

HINT = "back"
POINTS = 4


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh("docker service scale --detach tiny=10")
    lab.advance("30s")
    return {"fit": 9}
