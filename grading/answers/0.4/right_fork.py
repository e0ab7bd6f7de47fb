"""A copy of the lab goes its own way."""


def attempt(lab):
    copy = lab.fork()
    manager = copy.host("swarm-manage")
    running = "docker service ps web-server --filter desired-state=running --format '{{.Node}}'"
    manager.sh(f"docker node update --availability drain {manager.sh(running).stdout.strip()}")
    copy.advance("20s")
    return {"answer": manager.sh(running).stdout.strip()}
