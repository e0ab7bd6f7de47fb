"""Looks, goes back, asks from another host; the id is cut."""

ASK = "for i in 1 2 3 4 5 6 7 8; do curl --silent --max-time 5 192.168.1.12:8080; done"


def rejected(manager):
    """Return the id of a rejected task of php."""
    lines = manager.sh("docker service ps --no-trunc --format '{{.ID}} {{.CurrentState}}' php").stdout.splitlines()
    return next(line.split()[0] for line in lines if "Rejected" in line)


def attempt(lab):
    manager = lab.host("swarm-manage")
    node2 = lab.host("node2")
    task = rejected(manager)[:12]
    manager.sh("docker service update --rollback php")
    manager.sh("docker service ps php")
    node2.sh(ASK)
    return {"task": task}
