"""Action and delay in one line with the bad image."""


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh(
        "docker service update --update-failure-action rollback --update-delay 10s --image crash:latest web-server"
    )
    lab.advance("10s")
    return {}
