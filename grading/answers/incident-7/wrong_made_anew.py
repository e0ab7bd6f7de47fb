"""Removed and made anew."""

HINT = "same"
POINTS = 2


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh("docker service rm api")
    manager.sh("docker service create --quiet --name api --replicas 2 nginx:1.29")
    lab.advance("1m")
    return {}
