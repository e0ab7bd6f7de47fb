"""Judged while it is still going on."""

HINT = "undone"
POINTS = 2


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh("docker service update --detach --update-monitor 20s --image crash:slow web-server")
    lab.advance("5s")
    return {}
