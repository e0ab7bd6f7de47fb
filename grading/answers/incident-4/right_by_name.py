"""The machine is named instead."""


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh(
        "docker service update --quiet --constraint-rm node.labels.disk==sdd --constraint-add "
        "node.hostname==node2 cache"
    )
    return {}
