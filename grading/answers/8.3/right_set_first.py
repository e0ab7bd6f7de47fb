"""Set first, then tried."""


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh("docker service update --update-monitor 1m web-server")
    manager.sh("docker service update --image crash:slow web-server")
    lab.advance("20s")
    return {}
