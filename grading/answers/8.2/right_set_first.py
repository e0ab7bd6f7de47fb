"""Set up first, then tried."""


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh("docker service update --update-failure-action rollback --update-delay 5s web-server")
    manager.sh("docker service update --image crash:latest web-server")
    lab.advance("15s")
    return {}
