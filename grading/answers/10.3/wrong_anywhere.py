"""The rule is gone, and the database is anywhere but there."""

HINT = "anywhere"
POINTS = 3

ASK = "for i in 1 2 3 4 5 6 7 8; do curl --silent --max-time 5 192.168.1.12:8080; done"

REASON = "no suitable node (scheduling constraints not satisfied on 3 nodes)"


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh("docker node update --availability pause node2")
    manager.sh("docker service update --constraint-rm node.hostname==node22 mysql")
    manager.sh(ASK)
    return {"reason": REASON}
