"""The node was emptied."""

HINT = "drained"
POINTS = 2


def attempt(lab):
    running = "docker service ps web-server --no-trunc --filter desired-state=running --format '{{.ID}} {{.Node}}'"
    manager = lab.host("swarm-manage")
    old, node = manager.sh(running).stdout.split()
    manager.sh(f"docker node update --availability drain {node}")
    lab.advance("20s")
    new, node = manager.sh(running).stdout.split()
    return {"old": old, "new": new}
