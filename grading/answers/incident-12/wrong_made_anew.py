"""Removed and made anew."""

HINT = "same"
POINTS = 2


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh("docker service rm shop")
    manager.sh("docker service create --quiet --name shop --replicas 3 --publish 8080:80 traefik/whoami:v1.11")
    manager.sh("for i in 1 2 3 4 5 6; do curl -s --max-time 2 192.168.1.11:8080; done")
    return {}
