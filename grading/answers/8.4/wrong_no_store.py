"""Only the first half."""

HINT = "bound"
POINTS = 2


def attempt(lab):
    manager = lab.host("swarm-manage")
    for host, zone in (("swarm-manage", "a"), ("node1", "a"), ("node2", "b")):
        manager.sh(f"docker node update --label-add zone={zone} {host}")
    manager.sh(
        "docker service create --name web-server --replicas 6 --placement-pref spread=node.labels.zone httpd:2.4"
    )
    return {}
