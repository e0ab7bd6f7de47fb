"""Tried for real, and left so."""

HINT = "still-drained"
POINTS = 2


def attempt(lab):
    manager = lab.host("swarm-manage")
    running = "docker service ps web-server --filter desired-state=running --format '{{.Node}}'"
    manager.sh(f"docker node update --availability drain {manager.sh(running).stdout.strip()}")
    lab.advance("20s")
    return {"answer": manager.sh(running).stdout.strip()}
