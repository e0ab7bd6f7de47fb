"""The tasks get another machine."""


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh(
        "docker service update --detach --constraint-rm node.hostname==node2 --constraint-add "
        "node.hostname==node1 report"
    )
    lab.advance("1m")
    return {}
