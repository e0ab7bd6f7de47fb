"""Removing the running container by force."""


def attempt(lab):
    running = "docker service ps web-server --no-trunc --filter desired-state=running --format '{{.ID}} {{.Node}}'"
    manager = lab.host("swarm-manage")
    old, node = manager.sh(running).stdout.split()
    lab.host(node).sh("docker rm --force $(docker ps --quiet --filter name=web-server)")
    lab.advance("15s")
    new, node = manager.sh(running).stdout.split()
    return {"old": old, "new": new}
