"""No reason given."""

HINT = "reason"
POINTS = 2


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh("docker service update --detach --replicas-max-per-node 1 --force web-server")
    lab.advance("1m")
    return {"reason": ""}
