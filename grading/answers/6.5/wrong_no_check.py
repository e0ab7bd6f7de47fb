"""The node is lost, and the balancer knows nothing."""

HINT = "served"
POINTS = 1


def attempt(lab):
    manager = lab.host("swarm-manage")
    node2 = lab.host("node2")
    node2.sh("systemctl stop docker")
    lab.advance("30s")
    manager.sh("docker restart balancer; for i in $(seq 12); do curl -s 192.168.1.11:9000; done")
    return {}
