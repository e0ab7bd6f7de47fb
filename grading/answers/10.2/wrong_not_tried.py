"""Repaired, and believed."""

HINT = "tried"
POINTS = 4


def rejected(manager):
    """Return the id of a rejected task of php."""
    lines = manager.sh("docker service ps --no-trunc --format '{{.ID}} {{.CurrentState}}' php").stdout.splitlines()
    return next(line.split()[0] for line in lines if "Rejected" in line)


def attempt(lab):
    manager = lab.host("swarm-manage")
    task = rejected(manager)
    manager.sh("docker service rollback php")
    return {"task": task}
