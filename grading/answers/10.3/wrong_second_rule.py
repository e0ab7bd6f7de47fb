"""A second rule beside the first one."""

HINT = "two-rules"
POINTS = 1

ASK = "for i in 1 2 3 4 5 6 7 8; do curl --silent --max-time 5 192.168.1.12:8080; done"

REASON = "no suitable node (scheduling constraints not satisfied on 3 nodes)"


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh("docker service update --detach --constraint-add node.hostname==node2 mysql")
    lab.advance("30s")
    manager.sh(ASK)
    return {"reason": REASON}
