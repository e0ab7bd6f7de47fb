"""Only tasks need addresses."""

HINT = "all-for-tasks"
POINTS = 3


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh("docker service scale --detach tiny=14")
    lab.advance("30s")
    manager.sh("docker service scale tiny=9")
    return {"fit": 14}
