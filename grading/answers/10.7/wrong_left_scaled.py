"""Six of each, still in the morning."""

HINT = "back"
POINTS = 4


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh("docker service scale --detach web=6 php=6")
    lab.advance("20s")
    for name in ("node1", "node2"):
        manager.sh(f"docker node update --availability drain {name}")
        lab.advance("30s")
        manager.sh(f"docker node update --availability active {name}")
        for service in ("web", "php"):
            manager.sh(f"docker service update --detach --force --update-order start-first {service}")
            lab.advance("90s")
    return {}
