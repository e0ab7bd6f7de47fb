"""Removed and made anew."""

HINT = "same"
POINTS = 1


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh("docker service rm search")
    manager.sh("docker service create --quiet --name search --replicas 5 httpd:2.4")
    return {}
