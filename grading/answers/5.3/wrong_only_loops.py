"""Believes that the same client gets the same task."""

HINT = "new-connections"
POINTS = 2


def attempt(lab):
    lab.host("swarm-manage").sh("for i in $(seq 40); do curl -s 192.168.1.12:8080; done")
    return {}
