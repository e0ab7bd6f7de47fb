"""A second service as a helper that nobody needed."""

HINT = "second-service"
POINTS = 4


def attempt(lab):
    running = "docker service ps web-server --no-trunc --filter desired-state=running --format '{{.ID}} {{.Node}}'"
    manager = lab.host("swarm-manage")
    old, node = manager.sh(running).stdout.split()
    lab.host(node).sh(f"docker kill web-server.1.{old}")
    manager.sh("docker service create --name helper httpd:2.4")
    lab.advance("10s")
    new, node = manager.sh(running).stdout.split()
    return {"old": old, "new": new}
