"""All of php is stopped, and started again."""

HINT = "open"
POINTS = 3

ASK = "for i in 1 2 3 4 5 6 7 8; do curl --silent --max-time 5 192.168.1.12:8080; done"


def hanging(lab):
    """Return the name of the container that is paused."""
    for host in lab.hosts:
        if name := lab.host(host).sh("docker ps --filter status=paused --format '{{.Names}}'").stdout.strip():
            return name
    raise LookupError("no container is paused")


def attempt(lab):
    manager = lab.host("swarm-manage")
    container = hanging(lab)
    manager.sh("docker service scale --detach php=0")
    lab.advance("30s")
    manager.sh("docker service scale --detach php=2")
    lab.advance("30s")
    manager.sh(ASK)
    return {"container": container}
