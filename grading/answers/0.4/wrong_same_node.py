"""The node of now."""

HINT = "same-node"
POINTS = 0


def attempt(lab):
    running = "docker service ps web-server --filter desired-state=running --format '{{.Node}}'"
    return {"answer": lab.host("swarm-manage").sh(running).stdout.strip()}
