"""First on the wrong host, then on the right one."""


def attempt(lab):
    running = "docker service ps web-server --no-trunc --filter desired-state=running --format '{{.ID}} {{.Node}}'"
    manager = lab.host("swarm-manage")
    old, _node = manager.sh(running).stdout.split()
    for name in ("swarm-manage", "node1", "node2"):
        lab.host(name).sh(f"docker kill web-server.1.{old}")
    lab.advance("10s")
    new, _node = manager.sh(running).stdout.split()
    return {"old": old, "new": new}
