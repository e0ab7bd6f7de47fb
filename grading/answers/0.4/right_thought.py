"""Worked out from the constraint, without trying."""


def attempt(lab):
    running = "docker service ps web-server --filter desired-state=running --format '{{.Node}}'"
    now = lab.host("swarm-manage").sh(running).stdout.strip()
    return {"answer": {"node1": "node2", "node2": "node1"}[now]}
