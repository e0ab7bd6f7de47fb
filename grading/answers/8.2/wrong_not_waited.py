"""Judged while it is still going on."""

HINT = "undone"
POINTS = 3


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh(
        "docker service update --detach --update-failure-action rollback --update-delay 9s --image crash web-server"
    )
    return {}
