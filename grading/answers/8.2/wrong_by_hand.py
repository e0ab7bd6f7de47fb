"""Gone back by hand."""

HINT = "by-hand"
POINTS = 4


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh("docker service update --update-delay 10s --image crash:latest web-server")
    manager.sh("docker service rollback web-server")
    lab.advance("10s")
    return {}
