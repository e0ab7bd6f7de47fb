"""Old and new the wrong way round."""

HINT = "swapped"
POINTS = 3


def attempt(lab):
    running = "docker service ps web-server --no-trunc --filter desired-state=running --format '{{.ID}} {{.Node}}'"
    manager = lab.host("swarm-manage")
    old, node = manager.sh(running).stdout.split()
    lab.host(node).sh(f"docker kill web-server.1.{old}")
    lab.advance("10s")
    new, node = manager.sh(running).stdout.split()
    return {"old": new, "new": old}
