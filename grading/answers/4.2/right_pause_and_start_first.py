"""No new tasks for node1, then every task is replaced, the new one first."""


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh("docker node update --availability pause node1")
    manager.sh("docker service update --force --update-order start-first web-server")
    manager.sh("docker node update --availability drain node1")
    lab.advance("10s")
    return {}
