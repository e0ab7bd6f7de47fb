"""More memory than any node has."""


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh("docker service create --detach --name big --reserve-memory 64g httpd:2.4")
    lab.advance("70s")
    return {"reason": manager.sh("docker service ps --no-trunc --format '{{.Error}}' big").stdout.strip()}
