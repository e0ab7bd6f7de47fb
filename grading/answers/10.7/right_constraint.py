"""A rule empties the node, with the new task first; then it is drained."""


def attempt(lab):
    manager = lab.host("swarm-manage")
    for name in ("node1", "node2"):
        for service in ("web", "php"):
            manager.sh(
                f"docker service update --detach --update-order start-first "
                f"--constraint-add node.hostname!={name} {service}"
            )
            lab.advance("60s")
        manager.sh(f"docker node update --availability drain {name}")
        lab.advance("10s")
        manager.sh(f"docker node update --availability active {name}")
        for service in ("web", "php"):
            manager.sh(f"docker service update --detach --constraint-rm node.hostname!={name} {service}")
            lab.advance("60s")
    return {}
