"""The same with an update."""


def attempt(lab):
    lab.host("swarm-manage").sh("docker service update --replicas 0 web-server")
    return {}
