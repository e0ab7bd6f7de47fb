"""The constraint is spelled as the label is."""


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh(
        "docker service update --quiet --constraint-rm node.labels.disk==sdd --constraint-add "
        "node.labels.disk==ssd cache"
    )
    return {}
