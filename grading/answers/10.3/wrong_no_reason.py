"""The state instead of the reason."""

HINT = "reason"
POINTS = 4

ASK = "for i in 1 2 3 4 5 6 7 8; do curl --silent --max-time 5 192.168.1.12:8080; done"


def attempt(lab):
    manager = lab.host("swarm-manage")
    manager.sh(
        "docker service update --constraint-rm node.hostname==node22 --constraint-add node.hostname==node2 mysql"
    )
    manager.sh(ASK)
    return {"reason": "Pending"}
