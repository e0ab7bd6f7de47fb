"""As usual: paused."""

HINT = "paused"
POINTS = 3


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh("docker service update --update-delay 10s --image crash:latest web-server")
    lab.advance("10s")
    return {}
