"""Both take tasks again, and all tasks are made anew, one by one."""


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh("docker node update --availability active node1; docker node update --availability active node2")
    manager.sh("docker service update --quiet --force shop")
    return {}
