"""Bound to the name of a host."""

HINT = "by-label"
POINTS = 3


def attempt(lab):
    manager = lab.host("swarm-manage")
    for host, zone in (("swarm-manage", "a"), ("node1", "a"), ("node2", "b")):
        manager.sh(f"docker node update --label-add zone={zone} {host}")
    manager.sh(
        "docker service create --name web-server --replicas 6 --placement-pref spread=node.labels.zone httpd:2.4"
    )
    manager.sh("docker service create --name data-store --constraint node.hostname==node2 redis:8.2")
    return {}
