"""Far too many, then what ran."""


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh("docker service update --detach --replicas 20 tiny")
    lab.advance("1m")
    manager.sh("docker service ls")
    manager.sh("docker service update --detach --replicas 9 tiny")
    lab.advance("30s")
    return {"fit": 9.0}
