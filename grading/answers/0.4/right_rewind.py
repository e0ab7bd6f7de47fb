"""Checkpoint, drain, look, rewind."""


def attempt(lab):
    manager = lab.host("swarm-manage")
    running = "docker service ps web-server --filter desired-state=running --format '{{.Node}}'"
    lab.checkpoint("before")
    manager.sh(f"docker node update --availability drain {manager.sh(running).stdout.strip()}")
    lab.advance("20s")
    answer = manager.sh(running).stdout.strip()
    lab.rewind("before")
    return {"answer": answer}
