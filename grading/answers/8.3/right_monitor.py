"""A longer watch, in one line with the bad image."""


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh("docker service update --update-monitor 20s --image crash:slow web-server")
    lab.advance("20s")
    return {}
