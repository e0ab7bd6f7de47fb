"""A name of the right form, but of another service's container."""

HINT = "other-container"
POINTS = 0


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh("docker service create --name other httpd:2.4")
    task = manager.sh("docker service ps other --no-trunc --quiet").stdout.strip()
    return {"answer": f"other.1.{task}"}
