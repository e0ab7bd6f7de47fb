"""Without waiting for the commands."""


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh("docker node update --availability pause node2")
    manager.sh("docker service scale --detach web-server=6")
    lab.advance("20s")
    return {}
