"""Any change that needs new tasks will do."""


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh("docker node update --availability active node1; docker node update --availability active node2")
    manager.sh("docker service update --quiet --env-add SINCE=today shop")
    return {}
