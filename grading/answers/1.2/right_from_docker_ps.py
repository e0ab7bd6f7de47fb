"""Looked up on every host instead of derived: allowed, and more work."""


def attempt(lab):
    for name in ("swarm-manage", "node1", "node2"):
        found = lab.host(name).sh("docker ps --filter name=web-server --format '{{.Names}}'").stdout.strip()
        if found:
            return {"answer": found}
    return {}
