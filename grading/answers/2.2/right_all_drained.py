"""No node may be used."""


def attempt(lab):
    manager = lab.host("swarm-manage")
    for name in ("swarm-manage", "node1", "node2"):
        manager.sh(f"docker node update --availability drain {name}")
    manager.sh("docker service create --detach --name web httpd:2.4")
    lab.advance("90s")
    return {"reason": manager.sh("docker service ps --no-trunc --format '{{.Error}}' web").stdout.strip()}
