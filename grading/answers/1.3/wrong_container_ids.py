"""The ids of the containers instead of the tasks."""

HINT = "old-is-container-id"
POINTS = 3


def attempt(lab):
    running = "docker service ps web-server --no-trunc --filter desired-state=running --format '{{.ID}} {{.Node}}'"
    manager = lab.host("swarm-manage")
    _old, node = manager.sh(running).stdout.split()
    before = lab.host(node).sh("docker ps --quiet --filter name=web-server").stdout.strip()
    lab.host(node).sh(f"docker kill {before}")
    lab.advance("10s")
    return {"old": before, "new": before}
