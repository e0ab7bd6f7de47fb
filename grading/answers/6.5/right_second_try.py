"""The loss first; then sees that some fail, and changes the file."""


def attempt(lab):
    manager = lab.host("swarm-manage")
    node2 = lab.host("node2")
    node2.sh("systemctl stop docker")
    lab.advance("30s")
    manager.sh("for i in $(seq 12); do curl -s 192.168.1.11:9000; done")
    manager.sh("sed -i '/^  server/ s/$/ check/' haproxy.cfg; docker restart balancer")
    lab.advance("10s")
    manager.sh("for i in $(seq 12); do curl -s 192.168.1.11:9000; done")
    return {}
