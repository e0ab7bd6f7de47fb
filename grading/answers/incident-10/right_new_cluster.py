"""`node2` begins anew with what it knows."""


def attempt(lab):
    lab.host("node2").sh("docker swarm init --force-new-cluster --advertise-addr 192.168.1.13")
    lab.advance("1m")
    lab.host("node2").sh("docker service scale --detach shop=5")
    lab.advance("1m")
    return {}
