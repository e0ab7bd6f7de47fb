"""Believes that the same task runs again."""

HINT = "new-has-ended"
POINTS = 4


def attempt(lab):
    running = "docker service ps web-server --no-trunc --filter desired-state=running --format '{{.ID}} {{.Node}}'"
    manager = lab.host("swarm-manage")
    old, node = manager.sh(running).stdout.split()
    lab.host(node).sh(f"docker kill web-server.1.{old}")
    lab.advance("10s")
    return {"old": old, "new": old}
