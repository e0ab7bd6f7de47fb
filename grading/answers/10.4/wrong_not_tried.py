"""Repaired, and believed."""

HINT = "tried"
POINTS = 1


def hanging(lab):
    """Return the name of the container that is paused."""
    for host in lab.hosts:
        if name := lab.host(host).sh("docker ps --filter status=paused --format '{{.Names}}'").stdout.strip():
            return name
    raise LookupError("no container is paused")


def attempt(lab):
    manager = lab.host("swarm-manage")
    container = hanging(lab)
    manager.sh("docker service update --detach --force php")
    lab.advance("90s")
    return {"container": container}
