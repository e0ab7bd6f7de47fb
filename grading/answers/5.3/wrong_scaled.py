"""One task only, so that there is no choice."""

HINT = "three"
POINTS = 3


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh("docker service scale web-server=1")
    manager.sh("for i in $(seq 20); do curl -s 192.168.1.12:8080; done")
    manager.sh("docker service scale web-server=3")
    manager.sh("for i in $(seq 21); do curl -s 192.168.1.12:8080; done")
    return {}
