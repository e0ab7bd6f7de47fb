"""More tasks: a smaller part of the pages fails."""

HINT = "more"
POINTS = 0


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh("docker service scale shop=6")
    manager.sh("for i in 1 2 3 4 5 6; do curl -s --max-time 2 192.168.1.11:8080; done")
    return {}
