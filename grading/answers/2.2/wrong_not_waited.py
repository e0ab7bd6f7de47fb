"""Pending, but only for some seconds."""

HINT = "too-short"
POINTS = 1


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh("docker service create --detach --name big --reserve-memory 64g httpd:2.4")
    lab.advance("10s")
    return {"reason": manager.sh("docker service ps --no-trunc --format '{{.Error}}' big").stdout.strip()}
