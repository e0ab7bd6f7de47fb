"""The tasks get any machine; after some failures, `node2` is avoided."""


def attempt(lab):
    lab.host("swarm-manage").sh("docker service update --detach --constraint-rm node.hostname==node2 report")
    lab.advance("5m")
    return {}
