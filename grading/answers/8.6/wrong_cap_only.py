"""Believes that a rule moves what runs."""

HINT = "not-moved"
POINTS = 0


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh("docker service update --detach --replicas-max-per-node 1 web-server")
    lab.advance("30s")
    return {"reason": ""}
