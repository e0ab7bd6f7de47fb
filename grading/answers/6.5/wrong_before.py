"""Asked before the loss only."""

HINT = "few"
POINTS = 1


def attempt(lab):
    manager = lab.host("swarm-manage")
    node2 = lab.host("node2")
    manager.sh("sed -i '/^  server/ s/$/ check/' haproxy.cfg; docker restart balancer")
    manager.sh("for i in $(seq 12); do curl -s 192.168.1.11:9000; done")
    node2.sh("systemctl stop docker")
    lab.advance("30s")
    return {}
