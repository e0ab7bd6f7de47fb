"""A constraint moves the tasks in good time, the new ones first."""


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh("docker service update --constraint-add node.hostname!=node1 --update-order start-first web-server")
    manager.sh("docker node update --availability drain node1")
    lab.advance("10s")
    return {}
