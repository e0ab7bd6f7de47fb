"""Removed and made anew."""

HINT = "same"
POINTS = 2


def attempt(lab):
    lab.host("node1").sh("systemctl start docker")
    lab.advance("30s")
    lab.host("node2").sh("docker service rm shop")
    lab.host("node2").sh("docker service create --detach --name shop --replicas 5 httpd:2.4")
    lab.advance("1m")
    return {}
