"""Drained and made active again: the task has moved."""

HINT = "undone-by-hand"
POINTS = 2


def attempt(lab):
    manager = lab.host("swarm-manage")
    running = "docker service ps web-server --filter desired-state=running --format '{{.Node}}'"
    node = manager.sh(running).stdout.strip()
    manager.sh(f"docker node update --availability drain {node}")
    lab.advance("20s")
    manager.sh(f"docker node update --availability active {node}")
    return {"answer": manager.sh(running).stdout.strip()}
