"""The right image, but one task."""

HINT = "repaired"
POINTS = 3

ASK = "for i in 1 2 3 4 5 6 7 8; do curl --silent --max-time 5 192.168.1.12:8080; done"


def rejected(manager):
    """Return the id of a rejected task of php."""
    lines = manager.sh("docker service ps --no-trunc --format '{{.ID}} {{.CurrentState}}' php").stdout.splitlines()
    return next(line.split()[0] for line in lines if "Rejected" in line)


def attempt(lab):
    manager = lab.host("swarm-manage")
    task = rejected(manager)
    manager.sh("docker service update --detach --image lnmp/php:8.5 --replicas 1 php")
    lab.advance("30s")
    manager.sh(ASK)
    return {"task": task}
