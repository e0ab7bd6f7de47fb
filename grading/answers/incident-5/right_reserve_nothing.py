"""Nothing is reserved."""


def attempt(lab):
    lab.host("swarm-manage").sh("docker service update --detach --reserve-memory 0 search")
    lab.advance("1m")
    return {}
