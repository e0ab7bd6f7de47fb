"""Without waiting for the command, and with a longer watch."""


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh(
        "docker service update --detach --update-failure-action=rollback --update-delay=30s --update-monitor=30s"
        " --image crash web-server"
    )
    lab.advance("2m")
    return {}
