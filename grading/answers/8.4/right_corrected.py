"""Created first, corrected by updates."""


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh("docker service create --name web-server --replicas 6 httpd:2.4")
    manager.sh("docker service create --name data-store redis:8.2")
    for host, zone in (("swarm-manage", "a"), ("node1", "a"), ("node2", "b")):
        manager.sh(f"docker node update --label-add zone={zone} {host}")
    manager.sh("docker service update --placement-pref-add spread=node.labels.zone --force web-server")
    manager.sh("docker service update --constraint-add node.labels.zone==b data-store")
    return {}
