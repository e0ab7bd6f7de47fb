"""The first id is right, but nothing was killed."""

HINT = "kill"
POINTS = 1


def attempt(lab):
    running = "docker service ps web-server --no-trunc --filter desired-state=running --format '{{.ID}} {{.Node}}'"
    manager = lab.host("swarm-manage")
    old, _node = manager.sh(running).stdout.split()
    return {"old": old, "new": ""}
