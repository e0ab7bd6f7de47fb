"""One manager comes back: two are a majority."""


def attempt(lab):
    lab.host("node1").sh("systemctl start docker")
    lab.advance("30s")
    lab.host("node2").sh("docker service scale --detach shop=5")
    lab.advance("1m")
    return {}
