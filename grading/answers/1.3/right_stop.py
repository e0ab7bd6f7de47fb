"""A stopped container has ended as well: its task is complete."""


def attempt(lab):
    running = "docker service ps web-server --no-trunc --filter desired-state=running --format '{{.ID}} {{.Node}}'"
    manager = lab.host("swarm-manage")
    old, node = manager.sh(running).stdout.split()
    lab.host(node).sh(f"docker stop web-server.1.{old}")
    lab.advance("20s")
    new, node = manager.sh(running).stdout.split()
    return {"old": old[:12], "new": new[:12]}
