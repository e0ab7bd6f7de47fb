"""Checks, but no loss."""

HINT = "lost"
POINTS = 0


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh("sed -i '/^  server/ s/$/ check/' haproxy.cfg; docker restart balancer")
    manager.sh("for i in $(seq 12); do curl -s 192.168.1.11:9000; done")
    return {}
