"""Pause, new tasks elsewhere, drain."""


def attempt(lab):
    manager = lab.host("swarm-manage")
    for name in ("node1", "node2"):
        manager.sh(f"docker node update --availability pause {name}")
        for service in ("web", "php"):
            manager.sh(f"docker service update --force --update-order start-first {service}")
        lab.advance("30s")
        manager.sh(f"docker node update --availability drain {name}")
        lab.advance("10s")
        manager.sh(f"docker node update --availability active {name}")
    return {}
