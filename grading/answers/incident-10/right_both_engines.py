"""Both come back."""


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh("systemctl start docker")
    lab.host("node1").sh("systemctl start docker")
    lab.advance("30s")
    manager.sh("docker service scale --detach shop=5")
    lab.advance("1m")
    return {}
