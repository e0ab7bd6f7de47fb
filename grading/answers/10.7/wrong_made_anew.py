"""One of the services was made anew."""

HINT = "no-dip"
POINTS = 4


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh(
        "docker service rm php; docker service create --detach --name php --replicas 2 --network front lnmp/php:8.5"
    )
    for name in ("node1", "node2"):
        manager.sh(f"docker node update --availability drain {name}")
        lab.advance("30s")
        manager.sh(f"docker node update --availability active {name}")
    return {}
